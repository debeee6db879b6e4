// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Reads single files out of an ext file system that is not mounted, to learn
// which operating system an image holds. Symbolic links are followed inside the
// image only. Work is bounded: a folder that never ends ends in an error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "disk/ext_volume.hpp"

namespace ferry {

class ExtFiles {
 public:
  [[nodiscard]] static Result<ExtFiles> open(const ExtPlace& place);

  /// Returns at most the first `bytes_max` bytes. not_found if the path leads nowhere.
  [[nodiscard]] Result<std::string> read(std::string_view path, std::size_t bytes_max) const;
  /// Returns the names in a folder, without "." and "..", in no order.
  [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const;

 private:
  explicit ExtFiles(ExtVolume volume) : volume_(std::move(volume)) {}
  [[nodiscard]] Result<ext2_ino_t> resolve(std::string_view path) const;
  [[nodiscard]] Result<std::string> read_inode(ext2_ino_t number, std::size_t bytes_max) const;
  [[nodiscard]] Result<std::string> link_target(ext2_ino_t number, bool* is_link) const;

  ExtVolume volume_;
};

}  // namespace ferry
