// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/process.hpp"

#include <algorithm>
#include <cerrno>
#include <sstream>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.hpp"

namespace ferry {
namespace {

constexpr std::size_t proc_file_bytes_max = 1 << 20;

/// Called directly because the header of glibc 2.36 lacks C linkage in C++.
int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

}  // namespace

std::string boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id", 128).value_or("");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::uint64_t start_ticks(std::int64_t pid) {
  if (pid <= 0) return 0;
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat", proc_file_bytes_max);
  if (!stat) return 0;
  // The name in brackets may hold anything, so fields are counted after the last one.
  const auto bracket = stat->rfind(')');
  if (bracket == std::string::npos) return 0;
  std::istringstream fields{stat->substr(bracket + 1)};
  std::string field;
  constexpr int state_field = 3;
  constexpr int start_field = 22;
  for (int n = state_field; n < start_field && fields >> field; ++n) {
    if (n == state_field && (field == "Z" || field == "X")) return 0;
  }
  std::uint64_t ticks = 0;
  fields >> ticks;
  return ticks;
}

Fd open_process(std::int64_t pid, std::uint64_t ticks) {
  if (pid <= 0 || ticks == 0) return {};
  Fd handle{open_pidfd(static_cast<pid_t>(pid))};
  // Checked after opening: from here on the handle can't mean another process.
  if (!handle || start_ticks(pid) != ticks) return {};
  return handle;
}

Fd open_child(std::int64_t pid) { return Fd{open_pidfd(static_cast<pid_t>(pid))}; }

void send_signal(const Fd& process, int number) {
  // It fails only for a process that has ended, which callers see by waiting.
  (void)::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0);
}

bool wait_end(const Fd& process, std::chrono::milliseconds limit) {
  const auto deadline = steady_ms() + limit.count();
  for (;;) {
    pollfd entry{process.get(), POLLIN, 0};
    const auto left = std::max<std::int64_t>(0, deadline - steady_ms());
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (steady_ms() >= deadline) return false;
  }
}

}  // namespace ferry
