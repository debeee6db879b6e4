// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/private_file.hpp"

#include <sys/stat.h>

namespace ferry {

Result<> check_private_file(const std::filesystem::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) {
    return fail(errno_error(Errc::key_unreadable, "stat " + file.string()));
  }
  if ((info.st_mode & 077) != 0) {
    return fail(Errc::key_unreadable, file.string() + " can be read by others",
                "run: chmod 600 " + file.string());
  }
  return {};
}

}  // namespace ferry
