// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The names in a directory, ascending, and nothing else about them. This is all that both
// ends hold of a whole directory, so a million files cost tens of megabytes and not a
// gigabyte: a byte of type, the name and its zero byte, and four bytes to find it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry::files {

class DirectoryNames {
 public:
  /// Reads an open directory from its beginning. Errors: file_unreadable, or
  /// limit_exceeded for more than limits::directory_names_bytes_max.
  [[nodiscard]] static Result<DirectoryNames> read(const Fd& directory, std::string_view path);

  [[nodiscard]] std::size_t size() const { return at_.size(); }
  [[nodiscard]] std::string_view name(std::size_t i) const { return bytes_.data() + at_[i] + 1; }
  /// Returns DT_REG and so on, or DT_UNKNOWN where the file system doesn't say.
  [[nodiscard]] unsigned char type(std::size_t i) const {
    return static_cast<unsigned char>(bytes_[at_[i]]);
  }
  void add(std::string_view name, unsigned char type);

 private:
  std::string bytes_;  // type, name, zero byte; and again
  std::vector<std::uint32_t> at_;
};

}  // namespace ferry::files
