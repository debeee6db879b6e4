// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// JSON that comes back from disk or from another program. All of it is read in
// json_read.cpp, with bounds on size and depth and without exceptions that escape.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "messages/record.hpp"

namespace ferry {

/// Returns the JSON document as msgpack; `name` says whose document it is in errors.
[[nodiscard]] Result<std::string> msgpack_from_json(std::string_view json, std::string_view name);

/// Reads a record; wrong types are malformed, fields that are absent or null keep their defaults.
template <Record T>
[[nodiscard]] Result<T> record_from_json(std::string_view json, std::string_view name) {
  auto bytes = msgpack_from_json(json, name);
  if (!bytes) return fail(bytes.error());
  try {
    return msgpack::unpack(bytes->data(), bytes->size())->template as<T>();
  } catch (const std::exception&) {
    return fail(Errc::malformed, std::string{name} + ": a field has the wrong type");
  }
}

/// The JSON object, or the one that is its member if that is named, with sorted names and without
/// blanks: equal documents have equal bytes.
[[nodiscard]] Result<std::string> canonical_json(std::string_view json, std::string_view member,
                                                 std::string_view name);

/// What `qemu-img info --output=json` says.
struct QemuImageInfo {
  std::string format;
  std::uint64_t virtual_size = 0;
  std::uint64_t actual_size = 0;
};
[[nodiscard]] Result<QemuImageInfo> qemu_info_from_json(std::string_view json,
                                                        std::string_view name);

/// What `qemu-img map --output=json` of an image without backing file says is in it, merged.
/// Errors: malformed, also for extents that overlap or come out of order.
[[nodiscard]] Result<std::vector<Extent>> qemu_map_from_json(std::string_view json,
                                                             std::string_view name);
/// A qcow2 file as qemu's programs take it: alone, whatever its header says of a backing file.
[[nodiscard]] std::string qemu_file_without_backing(const std::string& path);
/// A range of the disk in an image file, as a disk of its own for qemu's programs.
[[nodiscard]] std::string qemu_range(const std::string& path, std::string_view format,
                                     std::uint64_t offset, std::uint64_t bytes);

}  // namespace ferry
