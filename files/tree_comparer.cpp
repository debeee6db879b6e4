// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/tree_comparer.hpp"

#include <utility>

#include <unistd.h>

#include "files/source_file.hpp"

namespace ferry::files {

Result<TreeComparer> TreeComparer::open(const std::filesystem::path& path,
                                        std::string_view digest_key,
                                        const std::filesystem::path& manifest) {
  auto root = TreeRoot::open(path, Errc::disk_write_failed);
  if (!root) return fail(root.error());
  if (::syncfs(root->fd()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "make the target's files durable"));
  }
  TreeComparer comparer{std::move(*root), digest_key};
  if (manifest.empty()) return comparer;
  auto file = ManifestFile::create(manifest);
  if (!file) return fail(file.error());
  comparer.manifest_.emplace(std::move(*file));
  return comparer;
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
    auto found =
        fd ? compare(place, entry, told == UnheldFiles::What::attributes, stop) : Found{true, {}};
    if (!found) return fail(found.error());
    if (is_difference(found->differs, told)) {
      different.push_back(i);
    } else if (entry.type != FileType::directory) {
      if (told != UnheldFiles::What::nothing) ++unheld_;
      if (auto kept = keep(place.path, entry, std::move(found->content)); !kept) {
        return fail(kept.error());
      }
    }
  }
  return different;
}

Result<bool> TreeComparer::end_directory(const DirectoryEnd& end, const UnheldFiles& unheld) {
  if (auto good = check(end); !good) return fail(good.error());
  const auto told = unheld.of(end.path);
  const auto fd = root_.open_directory(split(end.path).directory);
  const auto& name = end.entry.name;
  const Place place{fd.get(), name.empty() ? "." : name, end.path};
  struct statx status {};
  Found found{true, {}};
  if (fd && look(place.directory, place.name.c_str(), status)) {
    const auto have = entry_of(status, name);
    found.differs = have.type != FileType::directory;
    if (!found.differs && root_.holds(status)) {
      const bool may_lack_attributes = told == UnheldFiles::What::attributes;
      const auto unsettled = is_unsettled(place, have, end.entry, may_lack_attributes);
      found.differs = !unsettled || *unsettled;
    }
  }
  if (is_difference(found.differs, told)) return true;
  if (told != UnheldFiles::What::nothing) ++unheld_;
  if (auto kept = keep(end.path, end.entry, {}); !kept) return fail(kept.error());
  return false;
}

/// What can't be there at all is none, and the source doesn't know of which entry that is said: its
/// manifest is another one.
bool TreeComparer::is_difference(bool differs, UnheldFiles::What told) {
  if (told != UnheldFiles::What::all) return differs;
  whole_ = false;
  return false;
}

Result<> TreeComparer::keep(const std::string& path, FileEntry entry, std::string content) {
  if (!manifest_) return {};
  entry.content = std::move(content);
  return manifest_->add(path, entry);
}

Result<> TreeComparer::finish() { return manifest_ ? manifest_->finish(whole_) : Result<>{}; }

Result<TreeComparer::Found> TreeComparer::compare(const Place& place, const FileEntry& entry,
                                                  bool may_lack_attributes,
                                                  const std::stop_token& stop) const {
  constexpr bool differs = true;
  struct statx status {};
  if (!look(place.directory, place.name.c_str(), status)) return Found{differs, {}};
  const auto have = entry_of(status, place.name);
  if (have.type != entry.type) return Found{differs, {}};
  // What is mounted there at the target is the copy of another file system.
  if (entry.type == FileType::directory || !root_.holds(status)) return Found{};
  if (have.device_major != entry.device_major || have.device_minor != entry.device_minor) {
    return Found{differs, {}};
  }
  if (!entry.leader.empty() && !is_name_of(entry.leader, status)) return Found{differs, {}};
  if (entry.type == FileType::symlink) {
    FileEntry link;
    if (!read_target(place, link) || link.target != entry.target) return Found{differs, {}};
  }
  const auto unsettled = is_unsettled(place, have, entry, may_lack_attributes);
  if (!unsettled || *unsettled) return Found{differs, {}};
  return compare_data(place, entry, have, stop);
}

Result<TreeComparer::Found> TreeComparer::compare_data(const Place& place, const FileEntry& entry,
                                                       const FileEntry& have,
                                                       const std::stop_token& stop) const {
  if (have.size != entry.size) return Found{true, {}};
  if (!entry.has_digest) return Found{};
  auto file = SourceFile::open(place, have, hasher_);
  if (!file) return Found{true, {}};
  if (manifest_) file->take_content();
  file->forget_cached();
  auto end = file->read_through(stop);
  if (!end && end.error().code == Errc::canceled) return fail(end.error());
  if (!end || end->digest != entry.digest) return Found{true, {}};
  return Found{false, std::move(end->content)};
}

bool TreeComparer::is_name_of(const std::string& leader, const struct statx& status) const {
  const auto [directory, name] = split(leader);
  const auto fd = root_.open_directory(directory);
  struct statx leading {};
  return fd && look(fd.get(), std::string{name}.c_str(), leading) &&
         leading.stx_ino == status.stx_ino && root_.holds(leading);
}

}  // namespace ferry::files
