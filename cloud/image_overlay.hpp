// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Overlays: qcow2 files that hold what is written to an image, while the image stays as it is.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "cloud/image_file.hpp"

namespace ferry {

/// An overlay notes what was written in units of this many bytes.
inline constexpr std::uint64_t overlay_grain_bytes = 65536;

/// Makes an empty overlay of an image. Errors: image_failed if the image is not of that format, or
/// refers to other files: then it would show them.
[[nodiscard]] Result<> make_overlay(const std::filesystem::path& image, ImageFormat format,
                                    const std::filesystem::path& overlay);
/// What was written to an overlay, in ascending order and merged: all other bytes are the image's.
[[nodiscard]] Result<std::vector<Extent>> overlay_extents(const std::filesystem::path& overlay);
/// Writes what the overlay holds into `image`, which it was made of, and makes it durable. A crash
/// leaves an image of both; doing it again makes it whole.
[[nodiscard]] Result<> commit_overlay(const std::filesystem::path& overlay,
                                      const std::filesystem::path& image);

}  // namespace ferry
