// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/launcher_process.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/subprocess.hpp"
#include "cloud/credentials.hpp"

extern char** environ;

namespace ferry::launcher {
namespace {

constexpr std::size_t proc_file_bytes_max = 1 << 20;

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

bool is_secret(std::string_view entry) {
  return std::ranges::find(credential_variables, entry.substr(0, entry.find('='))) !=
         credential_variables.end();
}

/// This environment plus the launcher's number, by which a node can notice its end, and without
/// secrets that only a worker needs.
std::vector<std::string> node_environment(std::string_view role) {
  constexpr std::string_view key = "FERRY_LAUNCHER_PID=";
  std::vector<std::string> words;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view word{*entry};
    if (word.starts_with(key) || (role != "worker" && is_secret(word))) continue;
    words.emplace_back(word);
  }
  words.push_back(std::string{key} + std::to_string(::getpid()));
  return words;
}

}  // namespace

std::int64_t uptime_s(std::uint64_t ticks) {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::max<std::int64_t>(
      0, now.tv_sec - static_cast<std::int64_t>(ticks) / ::sysconf(_SC_CLK_TCK));
}

Fd open_node(const NodeStatus& node) {
  auto handle = open_process(node.pid, node.start_ticks);
  if (!handle || !started_from_edgeferry(node.pid)) return {};
  return handle;
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
                           const std::filesystem::path& config_file, const NodeStatus& node,
                           const std::filesystem::path& log) {
  const auto out = open_log(log);
  if (!out) return fail(out.error());
  auto pid =
      spawn({program.string(), "node", "--config", config_file.string(), "--name", node.name},
            out->get(), out->get(), node_environment(node.role));
  if (!pid) return fail(pid.error());
  Spawned spawned{*pid, {}};
  spawned.handle = open_child(spawned.pid);
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
