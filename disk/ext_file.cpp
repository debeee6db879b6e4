// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Paths are walked here instead of by ext2fs_namei_follow, whose search of a
// hostile folder (indirect blocks that point at themselves) may take hours.
#include "disk/ext_file.hpp"

#include <algorithm>
#include <deque>
#include <functional>

#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr std::size_t entries_max = 100'000;
constexpr int ext_links_max = 16;
constexpr std::size_t components_max = 256;

struct Walk {
  std::function<void(std::string_view name, ext2_ino_t inode)> on_entry;
  std::size_t seen = 0;
};

int visit(ext2_dir_entry* entry, int /*offset*/, int /*blocksize*/, char* /*buffer*/, void* data) {
  auto* walk = static_cast<Walk*>(data);
  if (++walk->seen > entries_max) return DIRENT_ABORT;
  if (entry->inode == 0) return 0;
  const auto length = static_cast<std::size_t>(ext2fs_dirent_name_len(entry));
  walk->on_entry({entry->name, length}, entry->inode);
  return 0;
}

/// Empty entries are visited too, so that the limit also counts blocks full of nothing.
Result<> walk_folder(ext2_filsys fs, ext2_ino_t folder, Walk walk) {
  const auto code =
      ext2fs_dir_iterate(fs, folder, DIRENT_FLAG_INCLUDE_EMPTY, nullptr, visit, &walk);
  if (code != 0) return fail(Errc::inventory_failed, "read folder: " + ext_error_text(code));
  if (walk.seen > entries_max) return fail(Errc::limit_exceeded, "a folder without end");
  return {};
}

/// Puts the components of a path in front of those still to be walked.
void push_front(std::deque<std::string>& todo, std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (slash != 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  todo.insert(todo.begin(), parts.begin(), parts.end());
}

}  // namespace

Result<ExtFiles> ExtFiles::open(const ExtPlace& place) {
  auto volume = open_ext(place);
  if (!volume) return fail(volume.error());
  return ExtFiles{std::move(*volume)};
}

Result<std::string> ExtFiles::read(std::string_view path, std::size_t bytes_max) const {
  const auto inode = resolve(path);
  if (!inode) return fail(inode.error());
  return read_inode(*inode, bytes_max);
}

Result<std::vector<std::string>> ExtFiles::list(std::string_view path) const {
  const auto folder = resolve(path);
  if (!folder) return fail(folder.error());
  std::vector<std::string> names;
  Walk walk;
  walk.on_entry = [&](std::string_view name, ext2_ino_t) {
    if (name != "." && name != "..") names.emplace_back(name);
  };
  if (auto done = walk_folder(volume_.get(), *folder, std::move(walk)); !done) {
    return fail(done.error());
  }
  return names;
}

Result<ext2_ino_t> ExtFiles::resolve(std::string_view path) const {
  std::deque<std::string> todo;
  push_front(todo, path);
  ext2_ino_t at = EXT2_ROOT_INO;
  for (int links = 0; !todo.empty();) {
    if (todo.size() > components_max) return fail(Errc::limit_exceeded, "path too long");
    const auto name = todo.front();
    todo.pop_front();
    ext2_ino_t next = 0;
    Walk walk;
    walk.on_entry = [&](std::string_view entry, ext2_ino_t inode) {
      if (next == 0 && entry == name) next = inode;
    };
    if (auto done = walk_folder(volume_.get(), at, std::move(walk)); !done) {
      return fail(done.error());
    }
    if (next == 0) return fail(Errc::not_found, std::string{path} + " is not on the disk");
    bool is_link = false;
    const auto target = link_target(next, &is_link);
    if (!target) return fail(target.error());
    if (!is_link) {
      at = next;
      continue;
    }
    if (++links > ext_links_max) return fail(Errc::limit_exceeded, "too many symbolic links");
    if (target->starts_with('/')) at = EXT2_ROOT_INO;
    push_front(todo, *target);
  }
  return at;
}

Result<std::string> ExtFiles::read_inode(ext2_ino_t number, std::size_t bytes_max) const {
  ext2_file_t file = nullptr;
  const auto code = ext2fs_file_open(volume_.get(), number, 0, &file);
  if (code != 0) return fail(Errc::inventory_failed, "open file: " + ext_error_text(code));
  std::string bytes;
  std::string buffer(64 * limits::kib, '\0');
  errcode_t read_code = 0;
  while (bytes.size() < bytes_max) {
    const auto wanted = std::min(buffer.size(), bytes_max - bytes.size());
    unsigned got = 0;
    read_code = ext2fs_file_read(file, buffer.data(), static_cast<unsigned>(wanted), &got);
    if (read_code != 0 || got == 0) break;
    bytes.append(buffer, 0, got);
  }
  ext2fs_file_close(file);
  if (read_code != 0) {
    return fail(Errc::inventory_failed, "read file: " + ext_error_text(read_code));
  }
  return bytes;
}

Result<std::string> ExtFiles::link_target(ext2_ino_t number, bool* is_link) const {
  ext2_inode inode{};
  const auto code = ext2fs_read_inode(volume_.get(), number, &inode);
  if (code != 0) return fail(Errc::inventory_failed, "read inode: " + ext_error_text(code));
  *is_link = LINUX_S_ISLNK(inode.i_mode);
  if (!*is_link) return std::string{};
  if (ext2fs_is_fast_symlink(&inode) != 0) {
    const auto length = std::min<std::size_t>(inode.i_size, sizeof inode.i_block);
    return std::string{reinterpret_cast<const char*>(inode.i_block), length};
  }
  return read_inode(number, 4096);
}

}  // namespace ferry
