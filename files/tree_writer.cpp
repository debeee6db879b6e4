// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a listing changes at once, and which files it asks for. tree_commit.cpp has the rest.
#include "files/tree_writer.hpp"

#include <cerrno>
#include <dirent.h>

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/limits.hpp"

namespace ferry::files {
namespace {

/// mkfs makes it, and fsck wants it.
constexpr std::string_view lost_and_found = "lost+found";

mode_t kind_of(FileType type) {
  switch (type) {
    case FileType::fifo: return S_IFIFO;
    case FileType::socket: return S_IFSOCK;
    case FileType::character: return S_IFCHR;
    case FileType::block: return S_IFBLK;
    default: return S_IFREG;
  }
}

}  // namespace

TreeWriter::TreeWriter(TreeRoot root, WriterOptions options)
    : options_(std::make_unique<WriterOptions>(std::move(options))),
      root_(std::make_unique<TreeRoot>(std::move(root))),
      remover_(std::make_unique<TreeRemover>(*root_, options_->filter, options_->on_issue)),
      directories_(*root_),
      leading_(*root_),
      hasher_(options_->digest_key) {}

Result<TreeWriter> TreeWriter::open(const std::filesystem::path& path, WriterOptions options) {
  auto root = TreeRoot::open(path, Errc::disk_write_failed);
  if (!root) return fail(root.error());
  return TreeWriter{std::move(*root), std::move(options)};
}

Result<> TreeWriter::issue_or_fail(const std::string& path, Result<> done) {
  if (done || !is_issue(done.error())) return done;
  report(path, done.error());
  return {};
}

Result<> TreeWriter::settled(const std::string& path, Result<> done) {
  if (done || !is_issue(done.error())) return done;
  report(path, done.error(), true);
  return {};
}

Result<> TreeWriter::enter(const std::string& path) {
  listed_ = Listed{path, directories_.open(path), {}, 0, {}};
  if (!listed_->fd) return issue_or_fail(path, fail(directory_error(path)));
  if (auto lifted = lift_flags({listed_->fd->get(), ".", path}); !lifted) {
    return issue_or_fail(path, lifted);
  }
  auto names = DirectoryNames::read(*listed_->fd, path);
  if (!names) return fail(Errc::disk_write_failed, names.error().what);
  listed_->names = std::move(*names);
  return {};
}

Result<std::vector<std::uint32_t>> TreeWriter::list(const Listing& listing) {
  if (auto good = check(listing); !good) return fail(good.error());
  if (!listed_ || listed_->path != listing.directory) {
    if (auto entered = enter(listing.directory); !entered) return fail(entered.error());
  }
  auto& [path, fd, names, next, last_name] = *listed_;
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t i = 0; fd && i < listing.entries.size(); ++i) {
    if (options_->stop.stop_requested()) return fail(Errc::canceled, "the pass was stopped");
    const auto& entry = listing.entries[i];
    if (entry.name <= last_name) {
      return fail(Errc::malformed, "the pages of '" + path + "' come in disorder");
    }
    last_name = entry.name;
    while (next < names.size() && names.name(next) < entry.name) {
      if (auto removed = remove_extra(next++, listing.complete); !removed) {
        return fail(removed.error());
      }
    }
    const bool exists = next < names.size() && names.name(next) == entry.name;
    if (exists) ++next;
    auto asked = consider({fd->get(), entry.name, join(path, entry.name)}, entry, exists);
    if (!asked) return fail(asked.error());
    if (*asked) wanted.push_back(i);
  }
  while (listing.last && fd && next < names.size()) {
    if (auto removed = remove_extra(next++, listing.complete); !removed) {
      return fail(removed.error());
    }
  }
  if (listing.last) listed_.reset();
  return wanted;
}

Result<> TreeWriter::remove_extra(std::size_t i, bool complete) {
  const auto name = listed_->names.name(i);
  const Place place{listed_->fd->get(), std::string{name}, join(listed_->path, name)};
  auto type = listed_->names.type(i);
  if (struct statx status{}; type == DT_UNKNOWN && look(place.directory, name.data(), status)) {
    type = S_ISDIR(status.stx_mode) ? DT_DIR : DT_REG;
  }
  const bool directory = type == DT_DIR;
  if (!TemporaryNames::is_one(name)) {
    if (!complete || (listed_->path.empty() && name == lost_and_found) ||
        options_->filter.excludes(place.path, directory)) {
      return {};
    }
  }
  if (directory) forget_directories();
  if (auto gone = remover_->remove(place, directory); !gone) return fail(gone.error());
  return {};
}

/// Returns whether the entry has to be sent.
Result<bool> TreeWriter::consider(const Place& place, const FileEntry& entry, bool exists) {
  std::optional<Existing> have;
  if (struct statx status{}; exists && look(place.directory, place.name.c_str(), status)) {
    have = Existing{
        entry_of(status, place.name),
        status.stx_nlink,
        {std::uint64_t{status.stx_dev_major} << 32 | status.stx_dev_minor, status.stx_ino}};
    if (!root_->holds(status)) {
      // Whoever mounted it fills it.
      if (entry.type == FileType::directory && S_ISDIR(status.stx_mode)) return false;
      report(place.path, {Errc::file_unsupported, "'" + place.path + "' is a mount point", {}});
      return false;
    }
  }
  if (entry.type == FileType::directory) return make_directory(place, have);
  if (have && have->entry.type == FileType::directory) {
    forget_directories();
    auto gone = remover_->remove(place, true);
    if (!gone) return gone;
    if (!*gone) {
      report(place.path, {Errc::file_unsupported,
                          "'" + place.path + "' is a directory at the target, and not empty",
                          {}});
      return false;
    }
    have.reset();
  }
  bool same = false;
  if (have && same_inode(entry, *have)) {
    auto compared = same_content(place, entry, *have);
    if (!compared) return compared;
    same = *compared;
  }
  note_leader(entry, same ? have : std::nullopt);
  Result<> done;
  if (same) {
    done = settled(place.path, settle(place, have->entry, entry, Settle::all));
  } else if (!entry.leader.empty() || (entry.type == FileType::regular && entry.size > 0)) {
    return true;
  } else {
    done = make_special(place, entry, have.has_value());
  }
  if (done = issue_or_fail(place.path, std::move(done)); !done) return fail(done.error());
  return false;
}

Result<bool> TreeWriter::make_directory(const Place& place, const std::optional<Existing>& have) {
  if (have && have->entry.type == FileType::directory) return false;
  if (have) {
    if (auto gone = remover_->remove(place, false); !gone || !*gone) return gone;
  }
  if (::mkdirat(place.directory, place.name.c_str(), 0700) == 0) return false;
  auto done = issue_or_fail(place.path, fail(target_error("create the directory", place.path)));
  if (!done) return fail(done.error());
  return false;
}

/// Returns whether the same names lead to the same file at both ends, as far as it is known.
bool TreeWriter::same_inode(const FileEntry& entry, const Existing& have) const {
  if (!entry.several_names) return have.names == 1;
  if (entry.leader.empty()) return !led_inodes_.contains(have.inode);
  const auto leader = leaders_.find(entry.identity);
  return leader != leaders_.end() && leader->second == have.inode;
}

void TreeWriter::note_leader(const FileEntry& entry, const std::optional<Existing>& kept) {
  if (!entry.several_names || !entry.leader.empty()) return;
  // Beyond the limit, which only a hostile source exceeds, every further name is linked anew.
  if (leaders_.size() == limits::hard_links_max) return;
  leaders_[entry.identity] = kept ? kept->inode : FileIdentity{};
  if (kept) led_inodes_.insert(kept->inode);
}

Result<bool> TreeWriter::same_content(const Place& place, const FileEntry& entry,
                                      const Existing& have) {
  const auto& there = have.entry;
  if (there.type != entry.type) return false;
  if (entry.type == FileType::symlink) {
    FileEntry link;
    return read_target(place, link).has_value() && link.target == entry.target;
  }
  if (entry.type != FileType::regular) {
    return there.device_major == entry.device_major && there.device_minor == entry.device_minor;
  }
  if (there.size != entry.size) return false;
  if (!entry.has_digest) return there.mtime == entry.mtime;
  auto file = SourceFile::open(place, there, hasher_);
  if (file) file->forget_cached();
  const auto end = file ? file->read_through(options_->stop) : fail(file.error());
  if (!end && end.error().code == Errc::canceled) return fail(end.error());
  return end && end->digest == entry.digest;
}

/// Makes what has no data: a link, a device, a pipe, a socket, an empty file.
Result<> TreeWriter::make_special(const Place& place, const FileEntry& entry, bool exists) {
  const auto temporary = exists ? temporary_names_.next() : place.name;
  const Place made{place.directory, temporary, place.path};
  int done = 0;
  if (entry.type == FileType::symlink) {
    done = ::symlinkat(entry.target.c_str(), made.directory, temporary.c_str());
  } else {
    done = ::mknodat(made.directory, temporary.c_str(), kind_of(entry.type) | 0600,
                     makedev(entry.device_major, entry.device_minor));
  }
  if (done != 0) return fail(target_error("create", place.path));
  if (!exists) return settled(place.path, settle(place, entry, Settle::all));
  auto named = settled(place.path, settle(made, entry, Settle::but_flags));
  if (named) named = give_name(place, temporary);
  if (!named) {
    (void)::unlinkat(made.directory, temporary.c_str(), 0);
    return named;
  }
  if (entry.flags == 0) return {};
  return settled(place.path, settle(place, entry, Settle::all));
}

}  // namespace ferry::files
