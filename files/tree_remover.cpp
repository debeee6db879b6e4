// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/tree_remover.hpp"

#include <cerrno>
#include <dirent.h>

#include <fcntl.h>
#include <unistd.h>

#include "files/directory_names.hpp"
#include "files/temporary_name.hpp"

namespace ferry::files {

Result<bool> TreeRemover::unlink(const Place& place, int flag) {
  const auto* name = place.name.c_str();
  int done = ::unlinkat(place.directory, name, flag);
  if (done != 0 && errno == EPERM) {
    // It or its directory is immutable, or may only be appended to.
    const bool lifted =
        lift_flags(place).has_value() && lift_flags({place.directory, ".", place.path}).has_value();
    done = lifted ? ::unlinkat(place.directory, name, flag) : -1;
  }
  if (done != 0 && errno != ENOENT) {
    auto error = target_error("remove", place.path);
    if (!is_issue(error)) return fail(std::move(error));
    (*on_issue_)({place.path, std::move(error)});
    return false;
  }
  ++removed_;
  return true;
}

Result<bool> TreeRemover::remove(const Place& place, bool is_directory) {
  if (!is_directory) return unlink(place, 0);
  const auto emptied = empty(place.path);
  if (!emptied || !*emptied) return emptied;
  return unlink(place, AT_REMOVEDIR);
}

/// Removes what is in the directory; subdirectories when it is closed again.
Result<bool> TreeRemover::empty(const std::string& path) {
  bool emptied = true;
  DirectoryNames below;
  {
    const auto fd = root_->open_directory(path);
    if (!fd) {
      (*on_issue_)({path, target_error("open the directory", path)});
      return false;
    }
    const auto names = DirectoryNames::read(fd, path);
    if (!names) {
      (*on_issue_)({path, names.error()});
      return false;
    }
    for (std::size_t i = 0; i < names->size(); ++i) {
      const Place place{fd.get(), std::string{names->name(i)}, join(path, names->name(i))};
      struct statx status {};
      auto type = names->type(i);
      if (type == DT_UNKNOWN && look(fd.get(), place.name.c_str(), status)) {
        type = S_ISDIR(status.stx_mode) ? DT_DIR : DT_REG;
      }
      if (!TemporaryNames::is_one(place.name) && filter_->excludes(place.path, type == DT_DIR)) {
        emptied = false;
      } else if (type == DT_DIR) {
        below.add(place.name, DT_DIR);
      } else {
        const auto gone = unlink(place, 0);
        if (!gone) return gone;
        emptied = emptied && *gone;
      }
    }
  }
  for (std::size_t i = 0; i < below.size(); ++i) {
    const auto child = join(path, below.name(i));
    const auto gone = empty(child);
    if (!gone) return gone;
    if (!*gone) {
      emptied = false;
      continue;
    }
    const auto fd = root_->open_directory(path);
    const auto removed = unlink({fd.get(), std::string{below.name(i)}, child}, AT_REMOVEDIR);
    if (!removed) return removed;
    emptied = emptied && *removed;
  }
  return emptied;
}

}  // namespace ferry::files
