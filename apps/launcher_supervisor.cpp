// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/launcher_supervisor.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/launcher_process.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace ferry::launcher {
namespace {

constexpr std::int64_t backoff_first_ms = 200;
constexpr std::int64_t backoff_max_ms = 10'000;
constexpr std::int64_t quiet_ms = 30'000;  // after this long the back-off starts anew
constexpr std::int64_t up_ms = 1'000;      // after this long a node counts as up
constexpr std::int64_t stop_grace_ms = 10'000;

std::string exit_text(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return "exit " + std::to_string(info.si_status);
  return "signal " + std::to_string(info.si_status) + " (" + ::strsignal(info.si_status) + ")";
}

/// Spreads restarts of nodes that fell over together: 80 to 120 %.
std::int64_t with_jitter(std::int64_t ms) {
  const auto percent = 80 + static_cast<unsigned char>(random_bytes(1)[0]) % 41;
  return ms * percent / 100;
}

}  // namespace

Supervisor::Supervisor(const ClusterConfig& config, std::filesystem::path config_file,
                       std::filesystem::path program, Fd report, bool detached)
    : config_(config),
      config_file_(std::move(config_file)),
      program_(std::move(program)),
      report_(std::move(report)) {
  status_.cluster = config.name;
  status_.launcher_pid = ::getpid();
  status_.launcher_ticks = start_ticks(::getpid());
  status_.boot_id = boot_id();
  for (const auto& node : config.nodes) {
    NodeStatus status;
    status.name = node.name;
    status.role = node.role;
    status.state = runs_here(node) ? "stopped" : "elsewhere";
    if (!runs_here(node)) {
      status_.nodes.push_back(std::move(status));
    } else {
      children_.emplace_back().status = std::move(status);
    }
  }
  std::stable_partition(children_.begin(), children_.end(),
                        [](const Child& child) { return child.status.role == "controller"; });
  std::signal(SIGCHLD, SIG_DFL);  // ignored, it would make ends of nodes invisible
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (!detached) sigaddset(&set, SIGHUP);
  ::sigprocmask(SIG_BLOCK, &set, &old_mask_);
  signals_ = Fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
}

Supervisor::~Supervisor() {
  kill_all();
  ::sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
}

int Supervisor::run() {
  if (!signals_) {
    log::error("can't receive signals",
               {{"error", to_string(errno_error(Errc::internal, "signalfd"))}});
    return 1;
  }
  for (auto& child : children_) start(child);
  while (!finished()) {
    publish();
    wait();
    run_timers();
    judge_start();
    if (stopping_) next_stop_stage();
  }
  const bool orderly = stopping_ && !start_failed_;
  status_.launcher_pid = 0;
  changed_ = true;
  publish();
  log::info(orderly ? "cluster stopped" : "cluster ended because its nodes can't run");
  return orderly ? 0 : 1;
}

// -- nodes ------------------------------------------------------------------------------

void Supervisor::start(Child& child) {
  auto& status = child.status;
  auto spawned = spawn_node(program_, config_file_, status, log_path(config_, status.name));
  changed_ = true;
  if (!spawned) {
    status.last_exit = to_string(spawned.error());
    log::error("node could not be started", {{"node", status.name}, {"error", status.last_exit}});
    plan_restart(child, -1);
    return;
  }
  child.handle = std::move(spawned->handle);
  child.started_ms = steady_ms();
  status.pid = spawned->pid;
  status.start_ticks = start_ticks(spawned->pid);
  status.state = "starting";
  log::info("node started", {{"node", status.name}, {"pid", status.pid}});
  // Saved before anything else happens: a launcher killed now must find this node again.
  publish();
}

void Supervisor::reap(Child& child) {
  auto& status = child.status;
  const auto pid = static_cast<pid_t>(status.pid);
  siginfo_t info{};
  const auto id = static_cast<id_t>(pid);
  if (::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
  // Its number stays reserved until the second call, so this hits only what it started.
  ::kill(-pid, SIGKILL);
  ::waitid(P_PID, id, &info, WEXITED | WNOHANG);
  child.handle = Fd{};
  status.pid = 0;
  status.start_ticks = 0;
  status.last_exit = exit_text(info);
  changed_ = true;
  if (stopping_) {
    status.state = "stopped";
    log::info("node stopped", {{"node", status.name}, {"exit", status.last_exit}});
    return;
  }
  log::warning("node ended", {{"node", status.name}, {"exit", status.last_exit}});
  plan_restart(child, info.si_code == CLD_EXITED ? info.si_status : -1);
}

void Supervisor::plan_restart(Child& child, int exit_code) {
  if (exit_code == exit_broken_config || exit_code == exit_usage) {
    give_up(child, "it would only fail again");
    return;
  }
  const auto now = steady_ms();
  const bool was_quiet = child.started_ms > 0 && now - child.started_ms >= quiet_ms;
  child.backoff_ms = child.backoff_ms == 0 || was_quiet
                         ? backoff_first_ms
                         : std::min(child.backoff_ms * 2, backoff_max_ms);
  child.retry_at_ms = now + with_jitter(child.backoff_ms);
  child.status.state = "backing_off";
}

void Supervisor::give_up(Child& child, const std::string& why) {
  child.gave_up = true;
  child.status.state = "stopped";
  log::error("node is not started again", {{"node", child.status.name},
                                           {"why", why},
                                           {"exit", child.status.last_exit},
                                           {"log", log_path(config_, child.status.name).string()}});
}

// -- waiting ----------------------------------------------------------------------------

int Supervisor::wait_limit_ms() const {
  auto next = std::numeric_limits<std::int64_t>::max();
  for (const auto& child : children_) {
    if (child.status.state == "starting") next = std::min(next, child.started_ms + up_ms);
    if (child.status.state == "backing_off") next = std::min(next, child.retry_at_ms);
  }
  if (stopping_ && kill_at_ms_ > 0) next = std::min(next, kill_at_ms_);
  if (next == std::numeric_limits<std::int64_t>::max()) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(next - steady_ms(), 0, 60'000));
}

void Supervisor::wait() {
  std::vector<pollfd> entries{{signals_.get(), POLLIN, 0}};
  // An empty handle is -1, which poll passes over.
  for (const auto& child : children_) entries.push_back({child.handle.get(), POLLIN, 0});
  if (::poll(entries.data(), entries.size(), wait_limit_ms()) <= 0) return;
  if (entries[0].revents != 0) take_signal();
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (entries[i + 1].revents != 0) reap(children_[i]);
  }
}

void Supervisor::take_signal() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (stopping_) {
      log::warning("second signal: nodes are killed");
      kill_all();
    } else {
      log::info("cluster stops", {{"signal", info.ssi_signo}});
      begin_stop();
    }
  }
}

void Supervisor::run_timers() {
  const auto now = steady_ms();
  for (auto& child : children_) {
    auto& status = child.status;
    if (status.state == "starting" && now >= child.started_ms + up_ms) {
      status.state = "running";
      changed_ = true;
    } else if (status.state == "backing_off" && now >= child.retry_at_ms) {
      ++status.restarts;
      start(child);
    }
  }
  if (stopping_ && kill_at_ms_ > 0 && now >= kill_at_ms_) {
    log::warning("nodes did not stop in time and are killed");
    kill_at_ms_ = 0;
    for (const auto& child : children_) {
      if (child.handle && child.told_to_stop)
        ::kill(static_cast<pid_t>(-child.status.pid), SIGKILL);
    }
  }
}

// -- the end ----------------------------------------------------------------------------

void Supervisor::begin_stop() {
  stopping_ = true;
  changed_ = true;
  for (auto& child : children_) {
    if (!child.handle) child.status.state = "stopped";
  }
}

/// Later nodes are told before earlier ones, and the controller when nobody needs it
/// any more.
void Supervisor::next_stop_stage() {
  const auto others_alive = std::ranges::any_of(children_, [](const Child& child) {
    return child.handle && child.status.role != "controller";
  });
  for (auto child = children_.rbegin(); child != children_.rend(); ++child) {
    const bool later = others_alive && child->status.role == "controller";
    if (!child->handle || child->told_to_stop || later) continue;
    child->told_to_stop = true;
    ::kill(static_cast<pid_t>(child->status.pid), SIGTERM);
    kill_at_ms_ = steady_ms() + stop_grace_ms;
  }
}

void Supervisor::kill_all() {
  for (const auto& child : children_) {
    if (child.handle) ::kill(static_cast<pid_t>(-child.status.pid), SIGKILL);
  }
}

bool Supervisor::finished() const {
  return std::ranges::all_of(children_, [this](const Child& child) {
    return !child.handle && (stopping_ || child.gave_up);
  });
}

// -- telling others ---------------------------------------------------------------------

void Supervisor::judge_start() {
  if (!report_ || start_failed_) return;
  const auto failed = std::ranges::find_if(children_, &Child::gave_up);
  if (failed != children_.end()) {
    // Half a cluster would only be in the way of the next attempt. The pipe stays
    // open until this process ends, which tells the parent that all are stopped.
    start_failed_ = true;
    tell_parent("failed " + failed->status.name);
    if (!stopping_) begin_stop();
    return;
  }
  const auto is_up = [](const Child& child) { return child.status.state == "running"; };
  if (stopping_ || !std::ranges::all_of(children_, is_up)) return;
  publish();  // the parent prints it
  tell_parent("up");
  report_ = Fd{};
}

void Supervisor::tell_parent(const std::string& line) {
  const auto text = line + "\n";
  if (::write(report_.get(), text.data(), text.size()) < 0) {
    log::warning("nobody waits for the start any more");
  }
}

void Supervisor::publish() {
  if (!changed_) return;
  auto status = status_;
  std::vector<NodeStatus> all;
  for (const auto& node : config_.nodes) {
    const auto child = std::ranges::find_if(
        children_, [&node](const Child& other) { return other.status.name == node.name; });
    if (child != children_.end()) {
      all.push_back(child->status);
    } else {
      all.push_back(*std::ranges::find(status_.nodes, node.name, &NodeStatus::name));
    }
  }
  status.nodes = std::move(all);
  if (const auto written = write_state(config_, status); !written) {
    log::error("state could not be written", {{"error", to_string(written.error())}});
  }
  changed_ = false;
}

}  // namespace ferry::launcher
