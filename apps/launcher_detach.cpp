// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `cluster up --detach`: a background process supervises, and the caller waits
// until it can say whether the cluster came up.
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/launcher_process.hpp"
#include "base/clock.hpp"

namespace ferry::launcher {
namespace {

constexpr std::int64_t start_limit_ms = 30'000;
constexpr std::size_t lines_shown = 10;
constexpr const char* launcher_log = "launcher";

[[noreturn]] void become_launcher(const ClusterConfig& config, const LaunchOptions& options,
                                  const Fd& log, Fd report) {
  if (::setsid() < 0) std::_Exit(1);
  // A process that leads no session can't get a terminal by opening one.
  if (::fork() != 0) std::_Exit(0);
  std::signal(SIGHUP, SIG_IGN);
  const Fd nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (::dup2(nothing.get(), 0) < 0 || ::dup2(log.get(), 1) < 0 || ::dup2(log.get(), 2) < 0 ||
      ::chdir("/") != 0) {
    std::_Exit(1);
  }
  std::_Exit(supervise(config, options, std::move(report)));
}

/// Reads until a whole line, the end, or the deadline.
std::string read_line(const Fd& pipe, std::int64_t deadline_ms) {
  std::string line;
  for (;;) {
    const auto left = deadline_ms - steady_ms();
    pollfd entry{pipe.get(), POLLIN, 0};
    if (left <= 0 || ::poll(&entry, 1, static_cast<int>(left)) == 0) return "late";
    char c = 0;
    const auto count = ::read(pipe.get(), &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || c == '\n') return line;
    line.push_back(c);
  }
}

void print_table(const ClusterConfig& config) {
  if (const auto status = cluster_status(config)) print_status(*status, stdout);
  std::fflush(stdout);
}

int fail_start(const std::string& why, const ClusterConfig& config, const std::string& log) {
  const auto path = log_path(config, log);
  std::fprintf(stderr, "%s\nThe last lines of %s:\n%s", why.c_str(), path.c_str(),
               last_lines(path, lines_shown).c_str());
  return 1;
}

int judge(const std::string& verdict, const ClusterConfig& config, const Fd& pipe) {
  if (verdict == "up") {
    print_table(config);
    return 0;
  }
  if (verdict == "late") {
    print_table(config);
    std::fprintf(stderr, "%s\n",
                 to_string(Error{Errc::timeout, "not every node came up within 30 s",
                                 "read the logs in " + config.state +
                                     "/logs; the launcher keeps trying, and 'edgeferry cluster "
                                     "down' ends it"})
                     .c_str());
    return 1;
  }
  if (verdict.starts_with("error ")) {
    std::fprintf(stderr, "%s\n", verdict.substr(6).c_str());
    return 1;
  }
  if (verdict.starts_with("failed ")) {
    const auto node = verdict.substr(7);
    // The launcher holds the pipe until it has stopped the other nodes.
    (void)read_line(pipe, steady_ms() + start_limit_ms);
    return fail_start("node " + node + " refuses to start; the cluster is stopped again", config,
                      node);
  }
  return fail_start("the launcher ended", config, launcher_log);
}

}  // namespace

int start_detached(const ClusterConfig& config, const LaunchOptions& options) {
  const auto folder = make_folder(std::filesystem::path{config.state} / "logs");
  auto log = folder ? open_log(log_path(config, launcher_log)) : fail(folder.error());
  int ends[2] = {-1, -1};
  if (log && ::pipe2(ends, O_CLOEXEC) != 0) log = fail(errno_error(Errc::internal, "pipe"));
  if (!log) {
    std::fprintf(stderr, "%s\n", to_string(log.error()).c_str());
    return 1;
  }
  const Fd read_end{ends[0]};
  Fd write_end{ends[1]};
  std::fflush(nullptr);  // or both processes would print what is buffered
  const auto child = ::fork();
  if (child == 0) become_launcher(config, options, *log, std::move(write_end));
  write_end.reset();
  if (child > 0) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  return judge(read_line(read_end, steady_ms() + start_limit_ms), config, read_end);
}

}  // namespace ferry::launcher
