// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/held_note.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "actors/agent/freeze_hooks.hpp"
#include "actors/agent/snapshot.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace ferry {
namespace {

constexpr std::string_view prefix = "held";  // of the names of notes
constexpr std::size_t note_bytes_max = 1 << 20;
// What an entry begins with, if it isn't a mount point.
constexpr char hook_mark = '!';
constexpr char snapshot_mark = '@';  // then the subvolume's number, '/' and the snapshot's name

SnapshotPlace snapshot_of(std::string_view text) {
  SnapshotPlace place;
  const auto slash = std::min(text.find('/'), text.size());
  std::from_chars(text.data(), text.data() + slash, place.subvolume);
  place.name = text.substr(std::min(slash + 1, text.size()));
  return place;
}

void thaw(const std::string& mount_point) {
  const auto fd = open_file(mount_point, O_RDONLY | O_DIRECTORY);
  if (fd && ::ioctl(fd->get(), FITHAW, 0) == 0) {
    log::warning("file system that an agent died over is thawed", {{"mount", mount_point}});
  }
}

/// Returns whether nothing is left to do.
bool undo(const std::string& note) {
  bool done = true;
  std::istringstream entries{note};
  for (std::string entry; std::getline(entries, entry, '\0');) {
    if (entry.starts_with(hook_mark)) {
      FreezeHooks::thaw(entry.substr(1));
    } else if (entry.starts_with(snapshot_mark)) {
      done = Snapshot::remove_left(snapshot_of(std::string_view{entry}.substr(1))) && done;
    } else {
      thaw(entry);
    }
  }
  return done;
}

}  // namespace

HeldNote::HeldNote(const std::filesystem::path& folder) : file_(folder / random_id(prefix)) {}

/// A mount point may have any byte in it but the one that ends an entry.
Result<> HeldNote::write(const Holdings& held) const {
  std::string text;
  for (const auto& mount : held.mounts) text.append(mount).push_back('\0');
  for (const auto& hook : held.hooks) (text.append(1, hook_mark) += hook.string()).push_back('\0');
  if (held.snapshot) {
    text.append(1, snapshot_mark) += std::to_string(held.snapshot->subvolume);
    text.append(1, '/').append(held.snapshot->name).push_back('\0');
  }
  return write_file_durably(file_, text);
}

void HeldNote::remove() const {
  std::error_code ignored;  // absent if it could not be written
  std::filesystem::remove(file_, ignored);
}

void HeldNote::undo_all(const std::filesystem::path& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    const auto note = read_file(entry.path(), note_bytes_max);
    if (!note || undo(*note)) std::filesystem::remove(entry.path(), error);
  }
}

}  // namespace ferry
