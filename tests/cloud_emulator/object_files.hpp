// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The JSON files by which the object store remembers what it holds.
#pragma once

#include "tests/cloud_emulator/object_store.hpp"

namespace ferry::emulator {

[[nodiscard]] Json json_of(const Object& object);
[[nodiscard]] Json json_of(const Upload& upload);
/// Reads every bucket below the folder, and removes bytes that nothing names.
[[nodiscard]] std::map<std::string, Bucket> read_buckets(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path object_file(const std::filesystem::path& bucket,
                                                std::string_view key);
[[nodiscard]] std::filesystem::path upload_file(const std::filesystem::path& bucket,
                                                std::string_view id);
/// Replaces a file by rename.
[[nodiscard]] Outcome<> replace(const std::filesystem::path& path, const Json& document);

}  // namespace ferry::emulator
