// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/serve.hpp"

#include <chrono>
#include <csignal>
#include <optional>

#include "base/log.hpp"
#include "messages/actor_message.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr auto stop_grace = 8s;  // the launcher kills after ten

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

/// Apart from `serve`, because its own actor counts among those that must be done.
int wait_and_stop(caf::actor_system& system, const caf::actor& root,
                  const std::function<void()>& before_stop) {
  caf::scoped_actor self{system};
  self->monitor(root);
  std::optional<caf::error> ended;
  const auto look = [&](caf::timespan patience) {
    self->receive([&](const caf::down_msg& down) { ended = down.reason; },
                  caf::after(patience) >> [] {});
  };
  const auto set = stop_signals();
  constexpr timespec tick{0, 200'000'000};
  while (!ended) {
    if (sigtimedwait(&set, nullptr, &tick) > 0) break;
    look(0s);
  }
  before_stop();
  if (ended) {
    log::error("actor tree gave up, this process ends", {{"why", to_string(from_caf(*ended))}});
    return 1;
  }
  log::info("stopping");
  self->send_exit(root, caf::exit_reason::user_shutdown);
  look(stop_grace);
  if (!ended) log::warning("actor tree did not stop in time");
  return 0;
}

}  // namespace

void hold_signals() {
  const auto set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

caf::actor_system_config& actor_settings(caf::actor_system_config& config) {
  // Work stealing polls; sharing costs nothing while idle and answers faster here.
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", std::size_t{4});
  return config;
}

int serve(caf::actor_system& system, const caf::actor& root,
          const std::function<void()>& before_stop) {
  const int exit_code = wait_and_stop(system, root, before_stop);
  // Actors on threads of their own may still be closing disks that their owner, our
  // caller, is about to take away.
  system.await_all_actors_done();
  return exit_code;
}

}  // namespace ferry
