// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/directory_names.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <limits>
#include <memory>

#include <fcntl.h>

#include "base/limits.hpp"

namespace ferry::files {

static_assert(limits::directory_names_bytes_max + limits::file_name_bytes_max + 2 <=
              std::numeric_limits<std::uint32_t>::max());

void DirectoryNames::add(std::string_view name, unsigned char type) {
  at_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  bytes_ += static_cast<char>(type);
  bytes_.append(name).push_back('\0');
}

Result<DirectoryNames> DirectoryNames::read(const Fd& directory, std::string_view path) {
  const auto doing = "read the directory '" + std::string{path} + "'";
  // closedir closes the descriptor it was given, and ours is needed afterwards.
  const int own = ::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, decltype([](DIR* d) { ::closedir(d); })> open{
      own < 0 ? nullptr : ::fdopendir(own)};
  if (!open) {
    auto error = errno_error(Errc::file_unreadable, doing);
    if (own >= 0) Fd{own}.reset();
    return fail(std::move(error));
  }
  ::rewinddir(open.get());
  DirectoryNames names;
  for (;;) {
    errno = 0;
    const auto* entry = ::readdir(open.get());
    if (entry == nullptr && errno != 0) return fail(errno_error(Errc::file_unreadable, doing));
    if (entry == nullptr) break;
    const std::string_view name{entry->d_name};
    if (name == "." || name == "..") continue;
    names.add(name, entry->d_type);
    if (names.bytes_.size() > limits::directory_names_bytes_max) {
      return fail(Errc::limit_exceeded,
                  "the names in '" + std::string{path} + "' take more than " +
                      std::to_string(limits::directory_names_bytes_max) + " bytes",
                  "exclude this directory, or replicate its file system by blocks");
    }
  }
  std::ranges::sort(names.at_, [&](std::uint32_t a, std::uint32_t b) {
    return std::strcmp(names.bytes_.data() + a + 1, names.bytes_.data() + b + 1) < 0;
  });
  return names;
}

}  // namespace ferry::files
