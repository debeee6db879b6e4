// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Everything about a file but its data: read at the source, and made so at the target.
#pragma once

#include <cstdint>
#include <string>

#include <sys/stat.h>

#include "base/error.hpp"
#include "files/file_entry.hpp"

namespace ferry::files {

/// Where a file is: a name in an open directory, "." for that directory itself, or no name for a
/// regular file that is open, which spares the kernel to look for it.
struct Place {
  int directory = -1;
  std::string name;
  std::string path;  // below the root, for errors
};

/// Returns the entry of what `look` saw, without link target and attributes.
[[nodiscard]] FileEntry entry_of(const struct statx& status, std::string_view name);
/// Reads the extended attributes that travel into the entry: user, trusted, security and the
/// POSIX ACLs, in ascending order. Others belong to the file system they are on.
/// Errors: file_changed, file_unreadable, file_unsupported (beyond a limit).
[[nodiscard]] Result<> read_xattrs(const Place& place, FileEntry& entry);
/// Errors: as read_xattrs.
[[nodiscard]] Result<> read_target(const Place& place, FileEntry& entry);

/// Makes owner, mode, attributes, time and flags those of the entry, as far as asked for, in the
/// order in which none undoes another. Changes what differs and nothing else, so it may be
/// repeated. A file that is immutable is so again afterwards, if the entry says so.
/// Errors: file_unsupported for this file alone, which is as the entry says but for attributes and
/// flags that it can't hold; disk_full and disk_write_failed for all.
enum class Settle : std::uint8_t { all, but_flags, but_time_and_flags };
[[nodiscard]] Result<> settle(const Place& place, const FileEntry& entry, Settle what);
/// The same where `have` is what `look` has just said.
[[nodiscard]] Result<> settle(const Place& place, FileEntry have, const FileEntry& entry,
                              Settle what);
/// Sets the entry's time. Errors: as settle.
[[nodiscard]] Result<> set_time(const Place& place, const FileEntry& entry);
/// Returns whether anything that `settle` looks after differs from the entry. `have` is what `look`
/// said, of the entry's type. What `settle` leaves behind where attributes or flags can't be held
/// is no difference if it may lack them. Errors: as read_xattrs.
[[nodiscard]] Result<bool> is_unsettled(const Place& place, FileEntry have, const FileEntry& entry,
                                        bool may_lack_attributes);
/// Lifts immutable and append-only, so that the file may be changed, moved and removed.
[[nodiscard]] Result<> lift_flags(const Place& place);

/// Builds the error of a call on one file of the target from errno.
[[nodiscard]] Error target_error(std::string_view doing, std::string_view path);
/// As target_error, of a directory that TreeRoot didn't open. A symbolic link on the way is
/// malformed: the writer removes a link before it makes a directory of that name, so only a
/// source that lies can lead it over one.
[[nodiscard]] Error directory_error(std::string_view path);
/// Builds the error of a call on one file of the source from errno.
[[nodiscard]] Error source_error(std::string_view doing, std::string_view path);
/// Returns whether the error is of one file, so that the others go on.
[[nodiscard]] bool is_issue(const Error& error);

}  // namespace ferry::files
