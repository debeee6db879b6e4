// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Applying patches to a guest, and taking them back. Originals and the manifest are on the disk
// before the first file changes, so after a kill at any moment both applying again and undoing
// lead where they would have led without it.
#pragma once

#include <string>
#include <vector>

#include "fixups/draft.hpp"

namespace ferry {

/// Applies the changes; returns the files changed. None: nothing is written, not even a manifest.
/// Errors: guest_changed if a file is no longer what the plan was made for, or if another
/// process works on this guest; disk_write_failed, disk_full.
[[nodiscard]] Result<std::vector<std::string>> apply_patches(const Guest& guest,
                                                             const std::vector<Patch>& patches);

/// Gives every file changed by `apply_patches` its content, mode, owner, extended attributes and
/// times back, and removes what was made, originals and manifest included; returns the files. A
/// file that somebody else changed since is guest_changed, and then nothing is undone.
[[nodiscard]] Result<std::vector<std::string>> undo_patches(const GuestRoot& root);

/// Returns `diff -u` of a patch, with the names a/FILE and b/FILE. Errors: program_missing.
[[nodiscard]] Result<std::string> unified_diff(const Patch& patch);

}  // namespace ferry
