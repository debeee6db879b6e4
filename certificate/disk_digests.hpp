// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Digests of what is proven chunk by chunk: disks, the disks in image files, the files themselves;
// and the file that keeps them beside a certificate.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/image_file.hpp"
#include "messages/job.hpp"

namespace ferry {

/// Reads `bytes` bytes of a raw disk or any file, holes cheaply; 32 bytes for each chunk. What is
/// missing at its end counts as zeros. Errors: disk_missing, disk_read_failed, canceled.
[[nodiscard]] Result<std::string> digests_of_file(const std::filesystem::path& file,
                                                  std::uint64_t bytes, std::uint64_t chunk_bytes,
                                                  const std::stop_token& stop = {});
/// The same of the disk in an image file, by qemu-img, piece by piece through memory. Chunks have
/// limits::chunk_bytes. Errors: those of extract_range.
[[nodiscard]] Result<std::string> digests_of_image(const std::filesystem::path& file,
                                                   ImageFormat format, std::uint64_t bytes,
                                                   const std::stop_token& stop = {});

/// The chunks that ranges touch, ascending, each once.
[[nodiscard]] std::vector<std::uint64_t> touched_chunks(const std::vector<ChangedRange>& ranges,
                                                        std::uint64_t chunk_bytes);

/// Digests of one disk and of its image file.
struct DiskDigests {
  std::string disk;   // of all chunks of source and target
  std::string image;  // of the chunks that boot fix-ups touched, as the image has them
  std::string file;   // of the parts of the image file
};

/// The bytes of the file: for each disk the three lists, one after the other.
[[nodiscard]] std::string digest_file_bytes(const std::vector<DiskDigests>& disks);

}  // namespace ferry
