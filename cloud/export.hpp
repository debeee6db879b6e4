// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Brings a file into a bucket, and again after any interruption without sending
// what is already there.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "cloud/bucket.hpp"

namespace ferry {

/// Uploads a file in parts of `part_bytes` (larger when 10,000 parts would not do).
/// Continues an unfinished upload of this key: a stored part is kept when its digest
/// is that of the local bytes. Returns at once, without sending, when the bucket holds
/// the same bytes already. A stop request leaves the upload for the next call.
[[nodiscard]] Result<ObjectInfo> upload_file(Bucket& bucket, const std::filesystem::path& path,
                                             std::string_view key, std::uint64_t part_bytes,
                                             const ByteProgress& progress = {},
                                             std::stop_token stop = {});

/// The size of all parts but the last of an upload of `bytes` bytes.
[[nodiscard]] std::uint64_t upload_part_bytes(std::uint64_t part_bytes, std::uint64_t bytes);

/// Returns "PREFIX_IMAGEID_system.qcow2" for disk 0, "PREFIX_IMAGEID_data1.qcow2" for
/// disk 1. The prefix has 1 to 30 letters and digits (L27).
[[nodiscard]] Result<std::string> image_object_key(std::string_view prefix,
                                                   std::string_view image_id,
                                                   std::uint32_t disk_index);

/// Files that are kept with an image beside its disks.
inline constexpr std::string_view console_log_name = "console.log";  // of its boot proof
inline constexpr std::string_view digest_file_name = "digests.bin";  // of its certificate
/// Beside an image, made after it.
inline constexpr std::string_view certificate_file_name = "certificate.json";
inline constexpr std::array attached_names{console_log_name, digest_file_name};
[[nodiscard]] bool is_attached_name(std::string_view name);
/// As image_object_key, of such a file: "PREFIX_IMAGEID_console.log".
[[nodiscard]] Result<std::string> attached_file_key(std::string_view prefix,
                                                    std::string_view image_id,
                                                    std::string_view name);

/// Returns the image id in a key that image_object_key or attached_file_key made; nothing for other
/// keys.
[[nodiscard]] std::optional<std::string> image_of_object(std::string_view key);

/// Returns "system.qcow2", "data1.qcow2", ...
[[nodiscard]] std::string image_disk_name(std::uint32_t disk_index);

/// 1 to 30 letters and digits (L27).
[[nodiscard]] Result<> check_prefix(std::string_view prefix);
/// "m-" and 1 to 40 lower-case letters and digits.
[[nodiscard]] Result<> check_image_id(std::string_view image_id);

}  // namespace ferry
