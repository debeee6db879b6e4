// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the launcher leaves in the state folder, and the commands that read it.
#include <algorithm>
#include <array>
#include <csignal>

#include <nlohmann/json.hpp>

#include "apps/launcher_process.hpp"
#include "base/text.hpp"

namespace ferry {

namespace launcher {

std::filesystem::path log_path(const ClusterConfig& config, std::string_view name) {
  return std::filesystem::path{config.state} / "logs" / (std::string{name} + ".log");
}

Result<> write_state(const ClusterConfig& config, const ClusterStatus& status) {
  return write_file_durably(std::filesystem::path{config.state} / "cluster.json",
                            to_json(status, true) + "\n", 0600);
}

ClusterStatus read_state(const ClusterConfig& config) {
  const auto text = read_file(std::filesystem::path{config.state} / "cluster.json", 1 << 20);
  if (!text) return {};
  // Only this launcher writes the file, but a disk may have damaged it.
  try {
    const auto bytes = nlohmann::json::to_msgpack(nlohmann::json::parse(*text));
    return msgpack::unpack(reinterpret_cast<const char*>(bytes.data()), bytes.size())
        .get()
        .as<ClusterStatus>();
  } catch (const std::exception&) {
    return {};
  }
}

Fd open_launcher(const ClusterStatus& status) {
  if (status.boot_id != boot_id()) return {};
  return open_process(status.launcher_pid, status.launcher_ticks);
}

}  // namespace launcher

namespace {

Error not_running(const ClusterConfig& config) {
  return {Errc::cluster_not_running, "cluster " + config.name + " does not run on this host", {}};
}

bool stop_launcher(const Fd& process, std::chrono::seconds grace) {
  send_signal(process, SIGTERM);
  if (wait_end(process, grace)) return true;
  // The second signal makes the launcher kill its nodes at once.
  send_signal(process, SIGTERM);
  return wait_end(process, std::chrono::seconds{5});
}

}  // namespace

Result<ClusterStatus> cluster_status(const ClusterConfig& config) {
  auto status = launcher::read_state(config);
  const bool launched = static_cast<bool>(launcher::open_launcher(status));
  if (!launched) status.launcher_pid = 0;
  bool any = launched;
  const bool same_boot = status.boot_id == boot_id();
  for (auto& node : status.nodes) {
    const bool lives = same_boot && launcher::open_node(node);
    any = any || lives;
    if (lives) {
      node.uptime_s = launcher::uptime_s(node.start_ticks);
    } else {
      node.pid = 0;
      node.uptime_s = 0;
      if (!launched && node.state != "elsewhere") node.state = "stopped";
    }
  }
  if (!any) return fail(not_running(config));
  return status;
}

Result<> cluster_down(const ClusterConfig& config, std::chrono::seconds grace) {
  const auto process = launcher::open_launcher(launcher::read_state(config));
  if (process && !stop_launcher(process, grace)) {
    return fail(Errc::timeout, "the launcher of cluster " + config.name + " did not end",
                "see its logs in " + config.state + "/logs");
  }
  // Read again: a launcher that was killed meanwhile left its nodes behind.
  const auto orphans = launcher::stop_orphans(launcher::read_state(config), grace);
  if (!process && orphans == 0) return fail(not_running(config));
  return {};
}

void print_status(const ClusterStatus& status, std::FILE* out) {
  const auto launcher_text =
      status.launcher_pid > 0 ? "pid " + std::to_string(status.launcher_pid) : std::string{"gone"};
  std::fprintf(out, "cluster %s, launcher %s\n", status.cluster.c_str(), launcher_text.c_str());
  std::size_t width = 4;
  for (const auto& node : status.nodes) width = std::max(width, node.name.size());
  const auto w = static_cast<int>(width);
  std::fprintf(out, "%-*s  %-10s  %-11s  %8s  %8s  %8s  %s\n", w, "NODE", "ROLE", "STATE", "PID",
               "UP", "RESTARTS", "LAST EXIT");
  for (const auto& node : status.nodes) {
    const auto pid = node.pid > 0 ? std::to_string(node.pid) : std::string{"-"};
    const auto up = node.pid > 0 ? human_seconds(node.uptime_s) : std::string{"-"};
    std::fprintf(out, "%-*s  %-10s  %-11s  %8s  %8s  %8u  %s\n", w, node.name.c_str(),
                 node.role.c_str(), node.state.c_str(), pid.c_str(), up.c_str(), node.restarts,
                 node.last_exit.empty() ? "-" : node.last_exit.c_str());
  }
}

}  // namespace ferry
