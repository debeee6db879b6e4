// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/file_entry.hpp"

#include <algorithm>

namespace ferry::files {
namespace {

constexpr std::uint32_t mode_bits = 07777;
constexpr std::uint32_t known_flags = flag_immutable | flag_append | flag_nodump;

/// Names go to logs and consoles: what could steer a terminal is shown as '?'.
std::string shown(std::string_view name) {
  std::string text{name.substr(0, 200)};
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }, '?');
  return text;
}

tl::unexpected<Error> bad(std::string_view name, std::string_view what) {
  return fail(Errc::malformed, "file '" + shown(name) + "': " + std::string{what});
}

Result<> check_xattrs(const FileEntry& entry) {
  if (entry.xattrs.size() > limits::xattrs_max) return bad(entry.name, "too many attributes");
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < entry.xattrs.size(); ++i) {
    const auto& [name, value] = entry.xattrs[i];
    if (name.empty() || name.size() > limits::file_name_bytes_max ||
        name.find('\0') != std::string::npos) {
      return bad(entry.name, "an attribute without a proper name");
    }
    if (i > 0 && entry.xattrs[i - 1].name >= name) return bad(entry.name, "attributes in disorder");
    if (value.size() > limits::xattr_value_bytes_max) return bad(entry.name, "a large attribute");
    bytes += name.size() + value.size();
  }
  if (bytes > limits::xattrs_bytes_max) return bad(entry.name, "attributes that are too large");
  return {};
}

}  // namespace

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::file_name_bytes_max && name != "." &&
         name != ".." && name.find_first_of(std::string_view{"/\0", 2}) == std::string_view::npos;
}

bool valid_path(std::string_view path) {
  if (path.size() > limits::file_path_bytes_max) return false;
  if (path.empty()) return true;
  for (;;) {
    const auto slash = path.find('/');
    if (!valid_name(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string join(std::string_view directory, std::string_view name) {
  std::string path{directory};
  if (!directory.empty() && !name.empty()) path += '/';
  return path.append(name);
}

SplitPath split(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

Result<> check(const FileEntry& entry, bool is_root) {
  if (is_root ? !entry.name.empty() : !valid_name(entry.name)) {
    return bad(entry.name, "this can't be a name");
  }
  const auto type = static_cast<unsigned>(entry.type);
  if (type < 1 || type > 7) return bad(entry.name, "unknown type " + std::to_string(type));
  if (is_root && entry.type != FileType::directory) return bad("", "the root is no directory");
  if ((entry.mode & ~mode_bits) != 0) return bad(entry.name, "mode bits that don't exist");
  if ((entry.flags & ~known_flags) != 0) return bad(entry.name, "flags that don't exist");
  if (entry.mtime.nanoseconds >= 1'000'000'000) return bad(entry.name, "a time beyond its second");
  const bool regular = entry.type == FileType::regular;
  if (entry.size > (regular ? limits::file_bytes_max : 0)) return bad(entry.name, "a wrong size");
  if (entry.has_digest && !regular) return bad(entry.name, "a digest of no data");
  const bool device = entry.type == FileType::character || entry.type == FileType::block;
  if (!device && (entry.device_major | entry.device_minor) != 0) {
    return bad(entry.name, "a device number");
  }
  const bool symlink = entry.type == FileType::symlink;
  if (symlink == entry.target.empty() || entry.target.size() > limits::file_path_bytes_max ||
      entry.target.find('\0') != std::string::npos) {
    return bad(entry.name, "a wrong link target");
  }
  if (!valid_path(entry.leader) || (!entry.leader.empty() && !entry.several_names) ||
      (entry.several_names && entry.type == FileType::directory)) {
    return bad(entry.name, "a wrong hard link");
  }
  return check_xattrs(entry);
}

Result<> check(const Listing& listing) {
  if (!valid_path(listing.directory)) return bad(listing.directory, "this can't be a path");
  if (listing.entries.size() > limits::listing_entries_max) {
    return bad(listing.directory, "more entries than a page has");
  }
  const FileEntry* before = nullptr;
  for (const auto& entry : listing.entries) {
    if (auto good = check(entry); !good) return good;
    if (join(listing.directory, entry.name).size() > limits::file_path_bytes_max) {
      return bad(entry.name, "its path is too long");
    }
    if (before != nullptr && before->name >= entry.name)
      return bad(entry.name, "names in disorder");
    before = &entry;
  }
  return {};
}

Result<> check(const DirectoryEnd& end) {
  if (!valid_path(end.path)) return bad(end.path, "this can't be a path");
  if (split(end.path).name != end.entry.name || end.entry.type != FileType::directory) {
    return bad(end.path, "its end is of something else");
  }
  return check(end.entry, end.path.empty());
}

std::size_t encoded_bytes_max(const FileEntry& entry) {
  // Every number at its widest, and five bytes before every text.
  std::size_t bytes = 160 + entry.name.size() + entry.target.size() + entry.leader.size();
  for (const auto& [name, value] : entry.xattrs) bytes += 11 + name.size() + value.size();
  return bytes;
}

}  // namespace ferry::files
