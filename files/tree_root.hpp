// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The directory that a copy starts from or goes to, and the only way in which files/ opens
// what lies beneath: no symbolic link is followed, no ".." leads out, no mount is crossed,
// also not a bind mount of the same file system. The kernel sees to it (openat2); on kernels
// older than 5.6 each name is opened on its own and its file system compared.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include "base/file.hpp"

namespace ferry::files {

class TreeRoot {
 public:
  enum class Way : std::uint8_t { by_kernel, by_component };

  /// Error: `code`, with the path.
  [[nodiscard]] static Result<TreeRoot> open(const std::filesystem::path& path, Errc code,
                                             Way way = Way::by_kernel);

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Opens a directory for reading; empty path: the root. Without success the result is empty
  /// and errno says why: ELOOP or ENOTDIR, a symbolic link or no directory; EXDEV, a mount.
  [[nodiscard]] Fd open_directory(std::string_view path) const;
  /// Returns whether this lies on the root's mount: not what is mounted beneath it.
  [[nodiscard]] bool holds(const struct statx& status) const;

 private:
  [[nodiscard]] Fd open_by_component(std::string_view path) const;

  Fd fd_;
  Way way_ = Way::by_kernel;
  struct statx status_ {};
};

/// Keeps the directory that was opened last, because files come directory by directory.
class DirectoryCache {
 public:
  explicit DirectoryCache(const TreeRoot& root) : root_(&root) {}

  /// Returns the open directory, or nothing with errno as TreeRoot::open_directory. It stays
  /// open for as long as somebody holds it.
  [[nodiscard]] std::shared_ptr<const Fd> open(const std::string& path);
  void keep(const std::string& path, std::shared_ptr<const Fd> directory);
  /// To be called when a directory was removed: another may get its path.
  void forget() { last_.reset(); }

 private:
  const TreeRoot* root_;
  std::string path_;
  std::shared_ptr<const Fd> last_;
};

/// Asks for all that a FileEntry needs, of `name` in the directory, not following a link; "."
/// is the directory itself, and no name what the descriptor is of. Returns false with errno.
[[nodiscard]] bool look(int directory, const char* name, struct statx& status);

/// Returns a path by which calls that know no directory descriptors find `name` in it.
[[nodiscard]] std::string proc_path(int directory, std::string_view name);

}  // namespace ferry::files
