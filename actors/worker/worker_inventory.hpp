// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What of ours is in a worker's scratch folder, in the bucket and in the registry. Of
// a bucket that others use as well, only names that image_object_key makes are seen.
#pragma once

#include <vector>

#include "actors/worker/image_exporter.hpp"
#include "messages/catalogue.hpp"

namespace ferry {

[[nodiscard]] Result<std::vector<FoundResource>> list_found(const WorkerOptions& options,
                                                            const GetInventory& request);
/// Refuses names that list_found could not have told.
[[nodiscard]] Result<> remove_found(const WorkerOptions& options, const RemoveFound& request);

/// Returns the token of the ledger row whose export made this image id.
[[nodiscard]] std::string export_token(std::string_view image_id);

}  // namespace ferry
