// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A disk that was made from a plan, open to take its parts, and closed again into a plain image
// file. Its file systems are mounted where nobody else sees them, and nothing of it outlives this
// process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "images/loop_device.hpp"
#include "layout/parts.hpp"
#include "making/detached_mount.hpp"

namespace ferry {

/// Blocks go into the file itself, at their part's `target_offset`; files below the directories
/// given here; boot code, with the first byte of its part as byte 0, into head_file().
class MadeDisk {
 public:
  /// Opens the disk at `place` that make_disk has made. File systems that a crash left are mended
  /// first. Errors: those of parts_of, LoopDevice, mend_filesystem and DetachedMount.
  [[nodiscard]] static Result<MadeDisk> open(const std::filesystem::path& file,
                                             const Layout& layout, std::uint32_t place);

  /// Beside the disk: "NAME.head".
  [[nodiscard]] static std::filesystem::path head_file(const std::filesystem::path& file);

  /// The file system of a part, by its index in parts_of; null if it has none on this disk, or
  /// once the disk is sealed.
  [[nodiscard]] const DetachedMount* tree(std::size_t part) const;
  /// Once all parts are complete and nobody writes any more: unmounts, looks at every file system
  /// that was made, and puts the boot code in place. Then the file is the disk, durably. After an
  /// error open it again; to seal it once more changes nothing. Errors: disk_write_failed for a
  /// file system that isn't clean, disk_missing without its boot code.
  [[nodiscard]] Result<> seal();

 private:
  struct Tree {
    std::size_t part;
    std::string filesystem;
    LoopDevice device;
    std::vector<DetachedMount> mount;  // one, or none any more; gone before its device
  };

  explicit MadeDisk(std::filesystem::path file) : file_(std::move(file)) {}
  Result<> add_tree(std::size_t index, const Part& part, std::uint32_t sector_size);
  Result<> put_head() const;

  std::filesystem::path file_;
  bool dos_ = false;
  std::uint64_t head_bytes_ = 0;  // 0: it has no boot code
  std::uint64_t first_partition_ = 0;
  std::vector<Tree> trees_;
};

}  // namespace ferry
