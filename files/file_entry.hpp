// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What travels about a file besides its data: everything that makes the file at the target
// the file it was, in one record, and the pages in which a directory's records travel. Names
// are bytes, not text. Whatever comes from a peer is checked here before anything else sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"

namespace ferry::files {

enum class FileType : std::uint8_t {
  regular = 1,
  directory = 2,
  symlink = 3,
  fifo = 4,
  socket = 5,
  character = 6,
  block = 7,
};

/// An extended attribute. POSIX ACLs, capabilities and SELinux labels are such.
struct Xattr {
  std::string name;
  std::string value;

  friend bool operator==(const Xattr&, const Xattr&) = default;
};

/// Names an inode of the source's file system within one pass.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

struct FileTime {
  std::int64_t seconds = 0;  // since 1970, negative before
  std::uint32_t nanoseconds = 0;

  friend bool operator==(const FileTime&, const FileTime&) = default;
};

/// Inode flags that travel: those that statx tells without opening the file.
enum FileFlags : std::uint32_t { flag_immutable = 1, flag_append = 2, flag_nodump = 4 };

/// A digest of a file's data. Holes and zeros are the same to it.
struct FileDigest {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};

struct FileEntry {
  std::string name;  // within its directory; empty for the root alone
  FileType type = FileType::regular;
  std::uint32_t mode = 0;  // permissions, setuid, setgid, sticky: 12 bits
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  FileTime mtime;
  std::uint64_t size = 0;          // bytes, of a regular file
  std::uint32_t device_major = 0;  // of a character or block device
  std::uint32_t device_minor = 0;
  std::string target;          // of a symbolic link
  bool several_names = false;  // hard links: `identity` is set
  FileIdentity identity;
  std::string leader;         // the path under which this pass has listed the same inode before
  std::vector<Xattr> xattrs;  // ascending by name
  std::uint32_t flags = 0;    // FileFlags
  bool has_digest = false;    // of a regular file, when the pass compares contents
  FileDigest digest;
  /// The source's time of last change of data or metadata. It stays at the source.
  FileTime ctime;
  /// 32 bytes (content_digest.hpp), of a regular file that was read for them. They stay where they
  /// were made.
  std::string content;
};

/// One page of a directory: entries ascending by name, and a name once only. In the entry of a
/// directory only name and type count; the rest comes when the directory has ended, because
/// only then it can be applied.
struct Listing {
  std::string directory;  // path below the root; empty: the root
  std::vector<FileEntry> entries;
  bool last = true;      // the directory's last page
  bool complete = true;  // false: something could not be read, so absence means nothing
};

/// All of a directory's entries and everything below them have been sent.
struct DirectoryEnd {
  std::string path;
  FileEntry entry;
};

/// A file that was not copied as it is, and why. Issues never end a pass. Codes: file_changed,
/// file_unreadable, file_unsupported.
struct FileIssue {
  std::string path;
  Error error;
  /// Of file_unsupported: the target has the file, but for attributes and flags that it can't hold.
  bool held = false;
};

/// Returns whether it can name something in a directory: not empty, no '/' or zero byte, not
/// "." or "..", at most 255 bytes.
[[nodiscard]] bool valid_name(std::string_view name);
/// Returns whether it is such names with one '/' between them, or empty, which is the root.
[[nodiscard]] bool valid_path(std::string_view path);
[[nodiscard]] std::string join(std::string_view directory, std::string_view name);
/// Returns the path's directory and its name: "a/b/c" gives {"a/b", "c"}.
struct SplitPath {
  std::string_view directory;
  std::string_view name;
};
[[nodiscard]] SplitPath split(std::string_view path);

/// Checks what a peer could have got wrong on purpose: names, limits, order, fields that do
/// not belong to the type. Error: malformed.
[[nodiscard]] Result<> check(const FileEntry& entry, bool is_root = false);
[[nodiscard]] Result<> check(const Listing& listing);
[[nodiscard]] Result<> check(const DirectoryEnd& end);

// msgpack, in the shortest forms; parsing checks as well. Error: malformed.
[[nodiscard]] std::string encode(const Listing& listing);
[[nodiscard]] std::string encode(const DirectoryEnd& end);
[[nodiscard]] Result<Listing> parse_listing(std::span<const std::byte> bytes);
[[nodiscard]] Result<DirectoryEnd> parse_directory_end(std::span<const std::byte> bytes);
/// Returns about how many bytes the entry takes in a page, never too few.
[[nodiscard]] std::size_t encoded_bytes_max(const FileEntry& entry);

}  // namespace ferry::files
