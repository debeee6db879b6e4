// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/launcher_process.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <sstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/log.hpp"

extern char** environ;

namespace ferry::launcher {
namespace {

constexpr std::size_t proc_file_bytes_max = 1 << 20;

/// Called directly because the header of glibc 2.36 lacks C linkage in C++.
int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

/// The kernel's own 0-terminated words.
bool started_from_edgeferry(std::int64_t pid) {
  const auto words = read_file("/proc/" + std::to_string(pid) + "/cmdline", proc_file_bytes_max);
  if (!words) return false;
  std::istringstream stream{*words};
  for (std::string word; std::getline(stream, word, '\0');) {
    if (std::filesystem::path{word}.filename().string().starts_with("edgeferry")) return true;
  }
  return false;
}

struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSettings(int log) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, log, 1);
    posix_spawn_file_actions_adddup2(&actions, log, 2);
    // Whatever the launcher inherited without close-on-exec is not a node's business.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes, &set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGQUIT, SIGCHLD}) {
      sigaddset(&set, number);
    }
    posix_spawnattr_setsigdefault(&attributes, &set);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (auto& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

/// This environment plus the launcher's number, by which a node can notice its end.
std::vector<std::string> node_environment() {
  constexpr std::string_view key = "FERRY_LAUNCHER_PID=";
  std::vector<std::string> words;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view{*entry}.starts_with(key)) words.emplace_back(*entry);
  }
  words.push_back(std::string{key} + std::to_string(::getpid()));
  return words;
}

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

std::int64_t uptime_s(std::uint64_t ticks) {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::max<std::int64_t>(
      0, now.tv_sec - static_cast<std::int64_t>(ticks) / ::sysconf(_SC_CLK_TCK));
}

Fd open_process(std::int64_t pid, std::uint64_t ticks) {
  if (pid <= 0 || ticks == 0) return {};
  Fd handle{open_pidfd(static_cast<pid_t>(pid))};
  // Checked after opening: from here on the handle can't mean another process.
  if (!handle || start_ticks(pid) != ticks) return {};
  return handle;
}

Fd open_node(const NodeStatus& node) {
  auto handle = open_process(node.pid, node.start_ticks);
  if (!handle || !started_from_edgeferry(node.pid)) return {};
  return handle;
}

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

Result<Fd> open_log(const std::filesystem::path& log) {
  std::error_code absent;
  if (std::filesystem::file_size(log, absent) > log_bytes_max && !absent) {
    const auto old = [&log](int n) { return log.string() + '.' + std::to_string(n); };
    std::error_code ignored;  // an older log may not exist yet
    for (int n = old_logs_kept; n > 1; --n) std::filesystem::rename(old(n - 1), old(n), ignored);
    std::filesystem::rename(log, old(1), ignored);
  }
  return open_file(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

std::string last_lines(const std::filesystem::path& log, std::size_t lines) {
  constexpr std::uint64_t tail_bytes = 4096;
  std::error_code absent;
  const auto size = std::filesystem::file_size(log, absent);
  auto fd = open_file(log, O_RDONLY);
  if (absent || !fd) return {};
  std::string text(std::min<std::uint64_t>(size, tail_bytes), '\0');
  if (!read_at(*fd, text.data(), text.size(), size - text.size())) return {};
  std::size_t begin = text.size();
  for (std::size_t n = 0; n <= lines && begin != std::string::npos && begin > 0; ++n) {
    begin = text.rfind('\n', begin - 1);
  }
  return begin == std::string::npos || begin == 0 ? text : text.substr(begin + 1);
}

Result<Spawned> spawn_node(const std::filesystem::path& program,
                           const std::filesystem::path& config_file, const std::string& name,
                           const std::filesystem::path& log) {
  const auto out = open_log(log);
  if (!out) return fail(out.error());
  const SpawnSettings settings{out->get()};
  std::vector<std::string> words{program.string(),     "node",   "--config",
                                 config_file.string(), "--name", name};
  auto environment = node_environment();
  Spawned spawned;
  const int failed =
      ::posix_spawn(&spawned.pid, program.c_str(), &settings.actions, &settings.attributes,
                    pointers(words).data(), pointers(environment).data());
  if (failed != 0) {
    return fail(failed == ENOENT ? Errc::program_missing : Errc::program_failed,
                program.string() + ": " + std::system_category().message(failed));
  }
  spawned.handle = Fd{open_pidfd(spawned.pid)};
  if (!spawned.handle) {
    ::kill(-spawned.pid, SIGKILL);
    return fail(errno_error(Errc::internal, "pidfd_open " + std::to_string(spawned.pid)));
  }
  return spawned;
}

std::size_t stop_orphans(const ClusterStatus& left, std::chrono::milliseconds grace) {
  if (left.boot_id != boot_id()) return 0;
  struct Orphan {
    const NodeStatus* node;
    Fd handle;
  };
  std::vector<Orphan> orphans;
  for (auto node = left.nodes.rbegin(); node != left.nodes.rend(); ++node) {
    if (auto handle = open_node(*node)) orphans.push_back({&*node, std::move(handle)});
  }
  for (const auto& orphan : orphans) {
    log::warning("stops a node that a killed launcher left behind",
                 {{"node", orphan.node->name}, {"pid", orphan.node->pid}});
    send_signal(orphan.handle, SIGTERM);
  }
  const auto deadline = steady_ms() + grace.count();
  for (const auto& orphan : orphans) {
    const auto rest = std::max<std::int64_t>(0, deadline - steady_ms());
    if (wait_end(orphan.handle, std::chrono::milliseconds{rest})) continue;
    ::kill(static_cast<pid_t>(-orphan.node->pid), SIGKILL);
    (void)wait_end(orphan.handle, std::chrono::seconds{5});
  }
  return orphans.size();
}

}  // namespace ferry::launcher
