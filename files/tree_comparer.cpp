// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/tree_comparer.hpp"

#include <utility>

#include <unistd.h>

#include "files/source_file.hpp"

namespace ferry::files {

Result<TreeComparer> TreeComparer::open(const std::filesystem::path& path,
                                        std::string_view digest_key) {
  auto root = TreeRoot::open(path, Errc::disk_write_failed);
  if (!root) return fail(root.error());
  if (::syncfs(root->fd()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "make the target's files durable"));
  }
  return TreeComparer{std::move(*root), digest_key};
}

Result<std::vector<std::uint32_t>> TreeComparer::list(const Listing& listing,
                                                      const UnheldFiles& unheld,
                                                      const std::stop_token& stop) {
  if (auto good = check(listing); !good) return fail(good.error());
  const auto fd = root_.open_directory(listing.directory);
  std::vector<std::uint32_t> different;
  for (std::uint32_t i = 0; i < listing.entries.size(); ++i) {
    if (stop.stop_requested()) return fail(Errc::canceled, "the comparison was stopped");
    const auto& entry = listing.entries[i];
    const Place place{fd.get(), entry.name, join(listing.directory, entry.name)};
    const auto told = unheld.of(listing.directory, entry);
    auto differ = fd ? differs(place, entry, told == UnheldFiles::What::attributes, stop) : true;
    if (!differ) return fail(differ.error());
    if (*differ && told != UnheldFiles::What::all) {
      different.push_back(i);
    } else if (told != UnheldFiles::What::nothing) {
      ++unheld_;
    }
  }
  return different;
}

Result<bool> TreeComparer::differs(const Place& place, const FileEntry& entry,
                                   bool may_lack_attributes, const std::stop_token& stop) const {
  struct statx status {};
  if (!look(place.directory, place.name.c_str(), status)) return true;
  const auto have = entry_of(status, place.name);
  if (have.type != entry.type) return true;
  // What is mounted there at the target is the copy of another file system.
  if (entry.type == FileType::directory || !root_.holds(status)) return false;
  if (have.device_major != entry.device_major || have.device_minor != entry.device_minor) {
    return true;
  }
  if (!entry.leader.empty() && !is_name_of(entry.leader, status)) return true;
  if (entry.type == FileType::symlink) {
    FileEntry link;
    if (!read_target(place, link) || link.target != entry.target) return true;
  }
  const auto unsettled = is_unsettled(place, have, entry, may_lack_attributes);
  if (!unsettled || *unsettled) return true;
  return data_differs(place, entry, have, stop);
}

Result<bool> TreeComparer::data_differs(const Place& place, const FileEntry& entry,
                                        const FileEntry& have, const std::stop_token& stop) const {
  if (have.size != entry.size) return true;
  if (!entry.has_digest) return false;
  auto file = SourceFile::open(place, have, hasher_);
  if (!file) return true;
  file->forget_cached();
  const auto end = file->read_through(stop);
  if (!end && end.error().code == Errc::canceled) return fail(end.error());
  return !end || end->digest != entry.digest;
}

bool TreeComparer::is_name_of(const std::string& leader, const struct statx& status) const {
  const auto [directory, name] = split(leader);
  const auto fd = root_.open_directory(directory);
  struct statx leading {};
  return fd && look(fd.get(), std::string{name}.c_str(), leading) &&
         leading.stx_ino == status.stx_ino && root_.holds(leading);
}

}  // namespace ferry::files
