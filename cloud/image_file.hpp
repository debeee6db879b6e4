// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Image files, made and judged by qemu-img. The format is always told, never
// guessed: a guest could write a qcow2 header onto its raw disk and make a guessing
// program read files of this machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

enum class ImageFormat : std::uint8_t { raw, qcow2 };
enum class ImageCompression : std::uint8_t { none, zlib, zstd };

struct ImageInfo {
  ImageFormat format = ImageFormat::raw;
  std::uint64_t virtual_size = 0;  // bytes of the disk inside
  std::uint64_t actual_size = 0;   // bytes used where the file lies
};

/// Called with 0 to 100, from the calling thread.
using PercentProgress = std::function<void(double percent)>;

/// Writes the raw disk (file or block device) as qcow2. The name `qcow2` appears when
/// the image is complete and durable; a crash leaves at most `qcow2.part`, which the
/// next call replaces.
[[nodiscard]] Result<> convert_to_qcow2(const std::filesystem::path& raw,
                                        const std::filesystem::path& qcow2,
                                        ImageCompression compression,
                                        const PercentProgress& progress = {},
                                        std::stop_token stop = {});
/// Reads all of the image's tables; damage is image_failed.
[[nodiscard]] Result<> check_image(const std::filesystem::path& qcow2, std::stop_token stop = {});
/// image_failed names the first byte that differs.
[[nodiscard]] Result<> compare_images(const std::filesystem::path& raw,
                                      const std::filesystem::path& qcow2,
                                      const PercentProgress& progress = {},
                                      std::stop_token stop = {});
/// Writes a range of the disk in an image to the begin of an empty file, holes as holes. Offset and
/// length are multiples of 512. Errors: image_failed, program_missing, canceled.
[[nodiscard]] Result<> extract_range(const std::filesystem::path& path, ImageFormat format,
                                     std::uint64_t offset, std::uint64_t bytes, const Fd& into,
                                     std::stop_token stop = {});
[[nodiscard]] Result<ImageInfo> image_info(const std::filesystem::path& path, ImageFormat format);

}  // namespace ferry
