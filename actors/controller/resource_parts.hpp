// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a temporary resource consists of, said before it is made. All names are made of its
// token, so a part that was made and never told of is found by its ledger row alone
// (docs/decisions/0009-parts-in-the-ledger.md).
#pragma once

#include <string>
#include <vector>

#include "messages/image.hpp"
#include "messages/job.hpp"
#include "storage/journal.hpp"

namespace ferry {

/// One disk after the other.
[[nodiscard]] std::vector<PartIntent> parts_of_instance(const JobSettings& settings,
                                                        const std::string& token);
/// For each disk a scratch file, an upload, and the object that it becomes; and what the cloud
/// makes, if it exports the disks (`native`), which goes first.
[[nodiscard]] std::vector<PartIntent> parts_of_export(const JobSettings& settings,
                                                      const std::string& image, bool native);
/// The ENS image; the registry knows it by the token until it has an id of its own.
[[nodiscard]] std::vector<PartIntent> parts_of_import(const std::vector<ImageObject>& objects,
                                                      const std::string& token);

}  // namespace ferry
