// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/open_below.hpp"

#include <array>
#include <cerrno>
#include <deque>
#include <optional>
#include <sstream>
#include <vector>

#include <climits>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ferry {
namespace {

constexpr int links_max = 40;             // as the kernel's own
constexpr std::size_t names_max = 4'096;  // that wait, when links have been put in

int flags_of(int flags) { return flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK; }

Fd fail_with(int error) {
  errno = error;
  return {};
}

/// In front of what waits already.
void put_in(const std::string& path, std::deque<std::string>& names) {
  std::istringstream stream{path};
  auto at = names.begin();
  for (std::string name; std::getline(stream, name, '/');) {
    if (!name.empty() && name != ".") at = names.insert(at, name) + 1;
  }
}

/// Where the link leads, or nothing if it is none.
std::optional<std::string> target_of(const Fd& place) {
  std::array<char, PATH_MAX> target;
  const auto length = ::readlinkat(place.get(), "", target.data(), target.size());
  if (length < 0) return std::nullopt;
  return std::string{target.data(), static_cast<std::size_t>(length)};
}

}  // namespace

Fd open_below(const Fd& root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags_of(flags));
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  Fd opened{static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how))};
  // EPERM: of filters of system calls that are older than the kernel.
  if (opened || (errno != ENOSYS && errno != EPERM)) return opened;
  return open_below_by_steps(root, path, flags);
}

Fd open_below_by_steps(const Fd& root, const std::string& path, int flags) {
  std::vector<Fd> folders;  // from below the root to where we are
  std::deque<std::string> names;
  put_in(path, names);
  const auto here = [&] { return folders.empty() ? root.get() : folders.back().get(); };
  for (int links = 0; !names.empty();) {
    const auto name = names.front();
    names.pop_front();
    if (name == "..") {
      if (!folders.empty()) folders.pop_back();
      continue;
    }
    Fd next{::openat(here(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    if (!next) return {};
    if (const auto target = target_of(next)) {
      if (++links > links_max || names.size() > names_max) return fail_with(ELOOP);
      if (target->starts_with('/')) folders.clear();
      put_in(*target, names);
    } else if (!names.empty()) {
      folders.push_back(std::move(next));
    } else {
      // By the name and not by `next`: a descriptor made with O_PATH can't be read. It has been
      // no link; if it is one now, this fails.
      return Fd{::openat(here(), name.c_str(), flags_of(flags) | O_NOFOLLOW)};
    }
  }
  return Fd{::openat(here(), ".", flags_of(flags))};
}

}  // namespace ferry
