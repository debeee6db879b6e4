// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Processes of the launcher: started with a log, named without doubt, and
// stopped without hitting a stranger that got the same number.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/types.h>

#include "apps/launcher.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/process.hpp"

namespace ferry::launcher {

inline constexpr std::uint64_t log_bytes_max = 16 << 20;
inline constexpr int old_logs_kept = 3;

[[nodiscard]] std::int64_t uptime_s(std::uint64_t start_ticks);
/// As open_process, and the process must have been started from an edgeferry program.
[[nodiscard]] Fd open_node(const NodeStatus& node);

struct Spawned {
  pid_t pid = 0;
  Fd handle;
};
/// Starts `PROGRAM node --config FILE --name NAME` in its own process group with
/// both outputs appended to the log. Only a worker gets the access keys of this environment.
[[nodiscard]] Result<Spawned> spawn_node(const std::filesystem::path& program,
                                         const std::filesystem::path& config_file,
                                         const NodeStatus& node, const std::filesystem::path& log);
/// Opens for appending; a log over log_bytes_max becomes NAME.log.1 first.
[[nodiscard]] Result<Fd> open_log(const std::filesystem::path& log);
/// Returns the last lines, at most 4 KiB.
[[nodiscard]] std::string last_lines(const std::filesystem::path& log, std::size_t lines);

/// Stops the nodes that a killed launcher left behind; returns how many there were.
std::size_t stop_orphans(const ClusterStatus& left, std::chrono::milliseconds grace);

// -- the state folder -----------------------------------------------------------------
[[nodiscard]] std::filesystem::path log_path(const ClusterConfig& config, std::string_view name);
[[nodiscard]] Result<> write_state(const ClusterConfig& config, const ClusterStatus& status);
/// Returns an empty status if there is no readable state.
[[nodiscard]] ClusterStatus read_state(const ClusterConfig& config);
/// Returns an empty handle if the launcher of this state is gone.
[[nodiscard]] Fd open_launcher(const ClusterStatus& status);

// -- the two ways to run ---------------------------------------------------------------
/// `report` is the pipe to a waiting parent, or empty. Lines written to it: "up",
/// "failed NODE", "error TEXT".
[[nodiscard]] int supervise(const ClusterConfig& config, const LaunchOptions& options, Fd report);
[[nodiscard]] int start_detached(const ClusterConfig& config, const LaunchOptions& options);

}  // namespace ferry::launcher
