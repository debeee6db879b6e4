// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the refusals of object stores mean for whoever has to go on: which pass by themselves, and
// what to do about the others.
#pragma once

#include <string>

#include "base/error.hpp"
#include "cloud/store/store_xml.hpp"

namespace ferry {

/// The error for an answer of that status (not 2xx) with the store's own words, which are empty
/// where it has none. `what` becomes the error's text. By codes of OSS, S3 and Ceph, and where one
/// is unknown by the status: object_missing, access_refused and bucket_unavailable are for people;
/// unreachable and transfer_corrupt pass by themselves; no_capacity does so later.
[[nodiscard]] Error store_refusal(int status, const StoreError& words, std::string what);

}  // namespace ferry
