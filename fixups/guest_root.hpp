// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The mounted root folder of a guest: a system that somebody else wrote and that does not
// run. Its absolute symbolic links mean its own root, as they do when it runs, and no name
// in it leads outside, whatever its links, devices and pipes say. The kernel sees to that
// (openat2 with RESOLVE_IN_ROOT), not a look at the text of paths.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"

namespace ferry {

/// What a name holds: a regular file or a symbolic link. Other kinds are never read.
struct Content {
  enum class Kind : std::uint8_t { file, link };
  Kind kind = Kind::file;
  std::string bytes;     // of the file, or the link's target
  unsigned mode = 0644;  // of the file

  friend bool operator==(const Content&, const Content&) = default;
};
/// Nothing: there is no such name.
using MaybeContent = std::optional<Content>;

class GuestRoot {
 public:
  /// Errors: guest_unusable if it is no folder.
  [[nodiscard]] static Result<GuestRoot> open(const std::string& folder);

  [[nodiscard]] const std::string& folder() const { return folder_; }

  /// Returns the path without links that `path` stands for, such as "/etc/default/grub" for
  /// "/etc/sysconfig/grub". Neither it nor its folders need to be there, but a link that leads
  /// nowhere or in circles is guest_unusable.
  [[nodiscard]] Result<std::string> locate(std::string_view path) const;
  /// As locate, but if the last name is a link then the path of that link.
  [[nodiscard]] Result<std::string> locate_name(std::string_view path) const;

  /// What a path holds; a link as a link only if `path` comes from locate_name. Errors:
  /// guest_unusable for what is neither a file nor a link, limit_exceeded for a file that is
  /// larger than `bytes_max`.
  [[nodiscard]] Result<MaybeContent> content(
      const std::string& located, std::uint64_t bytes_max = limits::guest_file_bytes_max) const;
  /// True if the path leads to a file, a folder or anything else inside the guest.
  [[nodiscard]] bool has(std::string_view path) const;
  [[nodiscard]] bool has_folder(std::string_view path) const;
  /// Names in a folder without "." and "..", sorted, at most limits::guest_names_max; none if it
  /// is no folder.
  [[nodiscard]] std::vector<std::string> list(std::string_view path) const;

  /// Opens a folder of the guest for changing names in it. `located` has no links. Errors:
  /// not_found if it is not there.
  [[nodiscard]] Result<Fd> open_folder(const std::string& located) const;
  /// Opens for reading what `located` itself is, if it is a regular file.
  [[nodiscard]] Result<Fd> open_regular(std::string_view path) const;

 private:
  GuestRoot(Fd fd, std::string folder) : fd_(std::move(fd)), folder_(std::move(folder)) {}
  [[nodiscard]] Fd resolve(std::string_view path, std::uint64_t flags) const;
  [[nodiscard]] Result<std::string> path_of(const Fd& fd) const;

  Fd fd_;
  std::string folder_;  // as the kernel names it
};

/// The folder of a located path, "/" for names in the root, and the name in it.
[[nodiscard]] std::string parent_of(std::string_view located);
[[nodiscard]] std::string name_of(std::string_view located);

}  // namespace ferry
