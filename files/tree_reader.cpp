// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/tree_reader.hpp"

#include <cerrno>
#include <dirent.h>

#include "base/limits.hpp"
#include "base/snapshot_name.hpp"

namespace ferry::files {

Result<TreeReader> TreeReader::open(const std::filesystem::path& path, ReaderOptions options) {
  auto root = TreeRoot::open(path, Errc::disk_missing, options.way);
  if (!root) return fail(root.error());
  return TreeReader{std::move(*root), std::move(options)};
}

Result<std::optional<TreeReader::Step>> TreeReader::next() {
  if (options_.stop.stop_requested()) return fail(Errc::canceled, "the pass was stopped");
  if (!started_) {
    started_ = true;
    return enter({});
  }
  if (current_) return page();
  while (!levels_.empty()) {
    auto& level = levels_.back();
    if (level.next == level.below.size()) {
      auto end = std::move(level.end);
      levels_.pop_back();
      return end;
    }
    // A directory that is gone gives no step, and the next one follows.
    auto step = enter(join(level.end.path, level.below.name(level.next++)));
    if (!step || *step) return step;
  }
  return std::nullopt;
}

Result<std::optional<TreeReader::Step>> TreeReader::enter(const std::string& path) {
  if (options_.mount_points.contains(path)) return end_of_mount(path);
  const auto fd = std::make_shared<const Fd>(root_->open_directory(path));
  if (!*fd && errno == EXDEV) return end_of_mount(path);
  struct statx status {};
  if (!*fd || !look(fd->get(), ".", status)) {
    auto error = source_error("open the directory", path);
    // A pass without a root would look like one with nothing to do.
    if (path.empty()) return fail(Errc::disk_read_failed, error.what);
    report(path, error);
    return std::nullopt;
  }
  Level level;
  level.end = {path, entry_of(status, split(path).name)};
  if (auto read = read_xattrs({fd->get(), ".", path}, level.end.entry); !read) {
    report(path, read.error());
  }
  auto names = DirectoryNames::read(*fd, path);
  const bool complete = names.has_value();
  if (!complete) {
    if (!is_issue(names.error())) return fail(names.error());
    report(path, names.error());
    names = DirectoryNames{};
  }
  levels_.push_back(std::move(level));
  current_ = Current{fd, std::move(*names), 0, complete};
  return page();
}

/// Where another file system is mounted there is a directory at the target, and nothing in it.
std::optional<TreeReader::Step> TreeReader::end_of_mount(const std::string& path) {
  const auto [above, name] = split(path);
  const auto fd = root_->open_directory(above);
  const Place place{fd.get(), std::string{name}, path};
  struct statx status {};
  if (!fd || !look(fd.get(), place.name.c_str(), status)) {
    report(path, source_error("look at", path));
    return std::nullopt;
  }
  DirectoryEnd end{path, entry_of(status, name)};
  if (end.entry.type != FileType::directory) return std::nullopt;
  if (auto read = read_xattrs(place, end.entry); !read) report(path, read.error());
  return end;
}

Listing TreeReader::page() {
  Listing listing;
  listing.directory = levels_.back().end.path;
  std::size_t bytes = 0;
  auto& [fd, names, next, complete] = *current_;
  while (next < names.size() && listing.entries.size() < limits::listing_entries_max &&
         bytes < limits::listing_bytes_full) {
    auto entry = describe(next++);
    if (!entry) continue;
    bytes += encoded_bytes_max(*entry);
    listing.entries.push_back(std::move(*entry));
  }
  listing.last = next == names.size();
  listing.complete = complete;
  if (listing.last) {
    directories_.keep(listing.directory, fd);  // for its files, which are opened after this
    current_.reset();
  }
  return listing;
}

std::optional<FileEntry> TreeReader::describe(std::size_t i) {
  auto& level = levels_.back();
  const Place place{current_->fd->get(), std::string{current_->names.name(i)},
                    join(level.end.path, current_->names.name(i))};
  const auto type = current_->names.type(i);
  struct statx status {};
  Error error;
  bool looked = false;
  const auto look_once = [&] {
    if (looked) return true;
    looked = look(place.directory, place.name.c_str(), status);
    if (!looked) error = source_error("look at", place.path);
    return looked;
  };
  FileEntry entry;
  if (place.path.size() > limits::file_path_bytes_max) {
    error = {Errc::file_unsupported, "the path of '" + place.name + "' is too long", {}};
  } else if (type != DT_UNKNOWN || look_once()) {
    const bool directory = type == DT_UNKNOWN ? S_ISDIR(status.stx_mode) : type == DT_DIR;
    if (options_.filter.excludes(place.path, directory)) return std::nullopt;
    if (is_snapshot_name(place.name)) return std::nullopt;
    if (directory) {
      level.below.add(place.name, DT_DIR);
      entry.name = place.name;
      entry.type = FileType::directory;
      return entry;
    }
    if (look_once()) {
      auto done = complete(place, status, entry);
      if (done) return entry;
      error = done.error();
    }
  }
  if (error.code == Errc::file_changed) return std::nullopt;  // gone, as if never seen
  current_->complete = false;
  report(place.path, error);
  return std::nullopt;
}

Result<> TreeReader::complete(const Place& place, const struct statx& status, FileEntry& entry) {
  if (!root_->holds(status)) {
    return fail(Errc::file_unreadable, "'" + place.path + "' is hidden by what is mounted over it");
  }
  entry = entry_of(status, place.name);
  if (entry.type == FileType::directory) {
    return fail(Errc::file_changed, "'" + place.path + "' became a directory");
  }
  if (entry.type == FileType::symlink) {
    if (auto read = read_target(place, entry); !read) return read;
  }
  if (auto read = read_xattrs(place, entry); !read) return read;
  if (entry.several_names) {
    if (auto found = find_leader(place, status.stx_nlink, entry); !found) return found;
  }
  if (options_.digests && entry.type == FileType::regular && entry.leader.empty()) {
    take_digest(place, entry);
  }
  return {};
}

Result<> TreeReader::find_leader(const Place& place, std::uint64_t names, FileEntry& entry) {
  const auto found = leaders_.find(entry.identity);
  if (found != leaders_.end()) {
    entry.leader = found->second.path;
    if (--found->second.names_to_come == 0) leaders_.erase(found);
    return {};
  }
  if (leaders_.size() == limits::hard_links_max) {
    return fail(Errc::file_unsupported, "'" + place.path + "' is one of more than " +
                                            std::to_string(limits::hard_links_max) +
                                            " files of several names");
  }
  leaders_.emplace(entry.identity, Leader{place.path, names - 1});
  return {};
}

void TreeReader::take_digest(const Place& place, FileEntry& entry) {
  auto file = SourceFile::open(place, entry, hasher_);
  if (file && options_.contents) file->take_content();
  const auto end = file ? file->read_through(options_.stop) : fail(file.error());
  if (!end && end.error().code == Errc::canceled) return;  // which the next step says
  if (!end) return report(place.path, end.error());
  // Of a file that changes meanwhile there is no digest: size and time will tell.
  if (end->changed) return;
  entry = file->entry();
  entry.has_digest = true;
  entry.digest = end->digest;
  entry.content = end->content;
}

Result<SourceFile> TreeReader::open_file(const std::string& directory, const FileEntry& entry) {
  const bool listed_now = current_ && levels_.back().end.path == directory;
  const auto fd = listed_now ? current_->fd : directories_.open(directory);
  if (!fd) return fail(source_error("open the directory", directory));
  return SourceFile::open({fd->get(), entry.name, join(directory, entry.name)}, entry, hasher_);
}

}  // namespace ferry::files
