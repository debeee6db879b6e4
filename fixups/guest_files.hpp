// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Changing names in a guest, each change as a whole: whenever this process or its machine
// stops, a name holds what it held or what it should hold, and both are on the disk. No link in
// a guest is followed while it is written to.
#pragma once

#include <string>

#include "fixups/guest_root.hpp"

namespace ferry {

/// "absent", or the kind of a content with its SHA-256: equal states are equal bytes.
[[nodiscard]] std::string state_of(const MaybeContent& content);

/// Replaces what a located path holds. `like` names the file whose owner, mode and extended
/// attributes the new one takes; empty: root, and the content's mode. With `and_times` it takes
/// the times too.
[[nodiscard]] Result<> put(const GuestRoot& root, const std::string& located,
                           const Content& content, const std::string& like = {},
                           bool and_times = false);
/// Removes a name; it is fine if there is none.
[[nodiscard]] Result<> remove_name(const GuestRoot& root, const std::string& located);
/// Removes an empty folder; one that is not empty stays, and that is fine too.
void remove_folder(const GuestRoot& root, const std::string& located);
/// Makes a folder and those above it, root's and with mode 0755 (0700 if it is `secret`).
[[nodiscard]] Result<> make_folders(const GuestRoot& root, const std::string& located,
                                    bool secret = false);
/// Removes what a `put` that was killed left beside the name.
void remove_leftover(const GuestRoot& root, const std::string& located);

/// "uid:gid" of a name.
[[nodiscard]] std::string owner_of(const GuestRoot& root, const std::string& located);

}  // namespace ferry
