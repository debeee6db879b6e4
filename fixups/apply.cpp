// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/apply.hpp"

#include <algorithm>
#include <set>

#include <sys/file.h>

#include "fixups/guest_files.hpp"
#include "fixups/lines.hpp"
#include "fixups/manifest.hpp"

namespace ferry {
namespace {

/// Held until it is destroyed; also a killed process lets go of it.
Result<Fd> lock(const GuestRoot& root) {
  auto folder = root.open_folder("/");
  if (!folder) return folder;
  if (::flock(folder->get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::guest_changed, "another process works on " + root.folder(),
                "wait until it has ended");
  }
  return folder;
}

Result<> still_as_planned(const Guest& guest, const Change& change) {
  const auto present = guest.root.content(change.file);
  if (!present) return fail(present.error());
  if (state_of(*present) == state_of(change.before)) return {};
  return fail(Errc::guest_changed,
              change.file +
                  " of the guest was changed while patches for it "
                  "were planned",
              "run it again");
}

/// Folders that a file needs and the guest lacks, the outer ones first.
std::vector<std::string> missing_folders(const GuestRoot& root, const std::string& file) {
  std::vector<std::string> missing;
  for (auto folder = parent_of(file); folder != "/" && !root.has_folder(folder);
       folder = parent_of(folder)) {
    missing.insert(missing.begin(), folder);
  }
  return missing;
}

/// Adds a change to what is known of earlier ones. The original stays the first one, unless
/// somebody else wrote the file since: what they wrote is what undo leads back to then.
Result<> note_change(const GuestRoot& root, Manifest& manifest, const Change& change) {
  const auto before = state_of(change.before);
  const auto after = state_of(change.after);
  for (auto& folder : missing_folders(root, change.file)) {
    if (std::ranges::find(manifest.folders, folder) == manifest.folders.end()) {
      manifest.folders.push_back(std::move(folder));
    }
  }
  auto* entry = manifest.find(change.file);
  const bool ours =
      entry != nullptr &&
      (entry->before == before || std::ranges::find(entry->after, before) != entry->after.end());
  if (!ours) {
    ManifestEntry fresh{change.file, before, {}, 0, "0:0", {}};
    if (change.before) {
      fresh.mode = change.before->mode;
      fresh.owner = owner_of(root, change.file);
      // The original of a link is a link, which leads somewhere else from there.
      const auto original = root.locate_name(Manifest::original(fresh));
      if (!original) return fail(original.error());
      auto saved = put(root, *original, *change.before, change.file, true);
      if (!saved) return saved;
    }
    if (entry == nullptr) {
      manifest.entries.push_back(std::move(fresh));
      entry = &manifest.entries.back();
    } else {
      *entry = std::move(fresh);
    }
  }
  std::erase(entry->after, after);
  entry->after.push_back(after);
  entry->reason = joined(change.reasons, "; ");
  return {};
}

Result<> carry_out(const GuestRoot& root, const Change& change) {
  if (!change.after) return remove_name(root, change.file);
  if (auto made = make_folders(root, parent_of(change.file)); !made) return made;
  const bool replaces = change.before && change.before->kind == change.after->kind;
  return put(root, change.file, *change.after, replaces ? change.file : "");
}

Result<> make_state_folders(const GuestRoot& root) {
  const auto folder = root.locate(originals_folder);
  if (!folder) return fail(folder.error());
  return make_folders(root, *folder, true);
}

/// Also what a killed apply left that never got as far as its manifest.
Result<> remove_state(const GuestRoot& root) {
  const auto originals = root.locate(originals_folder);
  if (!originals) return fail(originals.error());
  for (const auto& name : root.list(*originals)) {
    if (auto gone = remove_name(root, *originals + "/" + name); !gone) return gone;
  }
  remove_folder(root, *originals);
  const auto manifest = root.locate(manifest_file);
  if (!manifest) return fail(manifest.error());
  remove_leftover(root, *manifest);
  if (auto gone = remove_name(root, *manifest); !gone) return gone;
  const auto folder = parent_of(*manifest);
  remove_folder(root, folder);
  // An undo that was killed may have come as far as this; a link of that name is not ours.
  const auto above = parent_of(folder);
  if (name_of(above) == "edgeferry") remove_folder(root, above);
  return {};
}

/// Entries that hold what was put there, after a look at all of them.
Result<std::vector<const ManifestEntry*>> to_restore(const GuestRoot& root,
                                                     const Manifest& manifest) {
  std::vector<const ManifestEntry*> list;
  std::vector<std::string> foreign;
  for (const auto& entry : manifest.entries) {
    const auto present = root.content(entry.file);
    const auto state = present ? state_of(*present) : "other";
    if (state == entry.before) continue;
    if (std::ranges::find(entry.after, state) == entry.after.end()) {
      foreign.push_back(entry.file);
    } else {
      list.push_back(&entry);
    }
  }
  if (foreign.empty()) return list;
  return fail(Errc::guest_changed, joined(foreign, ", ") +
                                       " of the guest changed since the fix-ups were applied; "
                                       "nothing is undone");
}

Result<> restore(const GuestRoot& root, const ManifestEntry& entry) {
  if (entry.before == "absent") return remove_name(root, entry.file);
  const auto original = root.locate_name(Manifest::original(entry));
  if (!original) return fail(original.error());
  const auto content = root.content(*original);
  if (!content) return fail(content.error());
  if (state_of(*content) != entry.before) {
    return fail(Errc::guest_unusable, "the original of " + entry.file + " is missing or damaged");
  }
  if (auto made = make_folders(root, parent_of(entry.file)); !made) return made;
  return put(root, entry.file, **content, *original, true);
}

}  // namespace

Result<std::vector<std::string>> apply_patches(const Guest& guest,
                                               const std::vector<Patch>& patches) {
  const auto& root = guest.root;
  const auto held = lock(root);
  if (!held) return fail(held.error());
  // In the order of names, "/.autorelabel" comes before every file that needs a label.
  const auto changes = changes_of(patches);
  std::vector<std::string> files;
  for (const auto& change : changes) {
    if (auto same = still_as_planned(guest, change); !same) return fail(same.error());
  }
  auto manifest = Manifest::read(root);
  if (!manifest) return fail(manifest.error());
  // Of an apply that was killed.
  for (const auto& entry : manifest->entries) remove_leftover(root, entry.file);
  if (changes.empty()) return files;
  if (auto made = make_state_folders(root); !made) return fail(made.error());
  for (const auto& change : changes) {
    if (auto noted = note_change(root, *manifest, change); !noted) return fail(noted.error());
  }
  if (auto written = manifest->write(root); !written) return fail(written.error());
  for (const auto& change : changes) {
    if (auto done = carry_out(root, change); !done) return fail(done.error());
    files.push_back(change.file);
  }
  return files;
}

Result<std::vector<std::string>> undo_patches(const GuestRoot& root) {
  const auto held = lock(root);
  if (!held) return fail(held.error());
  const auto manifest = Manifest::read(root);
  if (!manifest) return fail(manifest.error());
  const auto entries = to_restore(root, *manifest);
  if (!entries) return fail(entries.error());
  std::vector<std::string> files;
  for (const auto* entry : *entries) {
    if (auto done = restore(root, *entry); !done) return fail(done.error());
    files.push_back(entry->file);
  }
  for (const auto& entry : manifest->entries) remove_leftover(root, entry.file);
  for (auto folder = manifest->folders.rbegin(); folder != manifest->folders.rend(); ++folder) {
    remove_folder(root, *folder);
  }
  if (auto gone = remove_state(root); !gone) return fail(gone.error());
  return files;
}

}  // namespace ferry
