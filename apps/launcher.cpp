// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/launcher.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/launcher_process.hpp"
#include "apps/launcher_supervisor.hpp"
#include "base/log.hpp"

namespace ferry {

int cluster_up(const ClusterConfig& config, const LaunchOptions& options) {
  auto complete = options;
  std::error_code failed;
  complete.config_file = std::filesystem::absolute(options.config_file, failed);
  if (complete.program_folder.empty()) {
    complete.program_folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  }
  complete.program_folder = std::filesystem::absolute(complete.program_folder, failed);
  if (options.detach) return launcher::start_detached(config, complete);
  return launcher::supervise(config, complete, Fd{});
}

namespace launcher {
namespace {

constexpr std::chrono::seconds orphan_grace{10};

/// Makes this process the only launcher of the state folder while the Fd lives.
Result<Fd> lock_state(const ClusterConfig& config) {
  const std::filesystem::path state{config.state};
  if (auto made = make_folder(state); !made) return fail(made.error());
  if (auto made = make_folder(state / "logs"); !made) return fail(made.error());
  auto lock = open_file(state / "launcher.lock", O_RDWR | O_CREAT);
  if (!lock) return lock;
  if (::flock(lock->get(), LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return fail(errno_error(Errc::internal, "flock launcher.lock"));
  const auto pid = read_file(state / "launcher.pid", 64).value_or("unknown\n");
  return fail(Errc::cluster_running, "cluster " + config.name + " is already run by the launcher " +
                                         "with pid " + pid.substr(0, pid.find('\n')));
}

Result<Fd> prepare(const ClusterConfig& config, const std::filesystem::path& program) {
  if (::access(program.c_str(), X_OK) != 0) {
    return fail(Errc::program_missing, "there is no program " + program.string(),
                "install edgeferry completely");
  }
  const auto here = [](const NodeConfig& node) { return runs_here(node); };
  if (std::ranges::none_of(config.nodes, here)) {
    return fail(Errc::config_conflict,
                "no node of cluster " + config.name + " has the host " + this_host(),
                "correct host in the cluster file, or run the command on another host");
  }
  auto lock = lock_state(config);
  if (!lock) return lock;
  const auto pid = std::to_string(::getpid()) + "\n";
  const auto written =
      write_file_durably(std::filesystem::path{config.state} / "launcher.pid", pid, 0644);
  if (!written) return fail(written.error());
  stop_orphans(read_state(config), orphan_grace);
  return lock;
}

}  // namespace

int supervise(const ClusterConfig& config, const LaunchOptions& options, Fd report) {
  const auto program = options.program_folder / "edgeferry";
  const auto lock = prepare(config, program);
  if (!lock) {
    const auto text = to_string(lock.error());
    if (!report) {
      std::fprintf(stderr, "%s\n", text.c_str());
    } else if (const auto line = "error " + text + "\n";
               ::write(report.get(), line.data(), line.size()) < 0) {
      return 1;  // the parent is gone as well; nobody is left to tell
    }
    return 1;
  }
  log::start("launcher", log::level_of(config.log.level), log::format_of(config.log.format));
  Supervisor supervisor{config, options.config_file, program, std::move(report), options.detach};
  const int code = supervisor.run();
  std::error_code ignored;  // a stale file is harmless: the lock decides
  std::filesystem::remove(std::filesystem::path{config.state} / "launcher.pid", ignored);
  return code;
}

}  // namespace launcher
}  // namespace ferry
