// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What ENS takes as an image, whichever registry keeps it (smc-api 4.1 and 6.1).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/registry.hpp"

namespace ferry {

struct RegistryLimits {
  std::vector<std::string> regions{"cn-beijing", "ap-southeast-1"};  // F07
  std::uint64_t image_bytes_max = limits::image_bytes_max;           // F09: all files together
  std::uint32_t data_disks_max = limits::data_disks_max;
};

/// Checks what needs no bucket: name, region, architecture, token, disks.
[[nodiscard]] Result<> check_import(const ImportRequest& request, const RegistryLimits& limits);

/// Returns the bytes of all objects of the image together. Errors: image_too_large (F09), and
/// those of the bucket.
[[nodiscard]] Result<std::uint64_t> check_sizes(const ImportRequest& request, const Bucket& bucket,
                                                const RegistryLimits& limits);

/// The name that the image gets: the wished one, or that with "_JOB" behind it. Error: name_taken.
[[nodiscard]] Result<std::string> free_image_name(
    const ImportRequest& request, const std::function<bool(const std::string&)>& is_free);

/// What is known of an image before any of it is there; its time of creation is now.
[[nodiscard]] EnsImage new_image(const ImportRequest& request, std::string image_id,
                                 std::string name);

}  // namespace ferry
