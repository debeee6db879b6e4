// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/heartbeat.hpp"

#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/version.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr auto first_interval = 200ms;  // until the controller has answered once
constexpr auto warning_interval_ms = 30'000;

struct Beat {
  bool now = true;
  FERRY_MESSAGE("heartbeat.beat", now)
};

}  // namespace

Heartbeat::Heartbeat(caf::event_based_actor* self, Bridge* bridge, HeartbeatOptions options)
    : self_(self),
      options_(std::move(options)),
      bridge_(bridge),
      nodes_(bridge->remote("controller", "nodes")),
      incarnation_(random_id("n")),
      last_welcome_ms_(steady_ms()) {}

caf::behavior Heartbeat::make_behavior() {
  beat();
  return {[this](const Beat&) { beat(); }, [this](const GetTree&) { return tree(); }};
}

void Heartbeat::beat() {
  const Hello hello{options_.node,    options_.role,   incarnation_,
                    protocol_version, program_version, options_.tree->untold_failures()};
  const auto last = hello.failures.empty() ? 0 : hello.failures.back().seq;
  self_->request(nodes_, options_.interval, hello)
      .then([this, last](const Welcome& welcome) { on_welcome(welcome, last); },
            [this](const caf::error& error) { on_failure(from_caf(error)); });
  self_->delayed_send(self_, online_ ? options_.interval : first_interval, Beat{});
}

void Heartbeat::on_welcome(const Welcome& welcome, std::uint64_t told) {
  options_.tree->told(told);
  if (!online_) log::info("controller answers", {{"version", welcome.version}});
  online_ = true;
  last_welcome_ms_ = steady_ms();
  if (options_.on_welcome) options_.on_welcome(welcome);
}

NodeTree Heartbeat::tree() const {
  auto tree = options_.tree->list();
  tree.node = options_.node;
  tree.role = options_.role;
  return tree;
}

void Heartbeat::on_failure(const Error& error) {
  const auto silent_ms = steady_ms() - last_welcome_ms_;
  if (silent_ms < 5000 && error.code == Errc::timeout) return;
  online_ = false;
  if (last_warning_ms_ != 0 && steady_ms() - last_warning_ms_ < warning_interval_ms) return;
  last_warning_ms_ = steady_ms();
  // Silence has causes that only the link knows; an answer says what it has to say.
  const bool silent = error.code == Errc::timeout || error.code == Errc::unreachable;
  const auto link = bridge_->link_state("controller");
  const auto& cause = silent && !link ? link.error() : error;
  log::warning(silent ? "controller does not answer" : "controller refuses this node",
               {{"seconds", silent_ms / 1000},
                {"code", code_text(cause.code)},
                {"why", cause.what},
                {"fix", std::string{remedy(cause)}}});
}

caf::actor spawn_heartbeat(caf::event_based_actor& supervisor, Bridge* bridge,
                           HeartbeatOptions options) {
  auto heartbeat = spawn_actor<Heartbeat>(supervisor, bridge, std::move(options));
  bridge->publish("tree", heartbeat, {{Role::controller}});
  return heartbeat;
}

}  // namespace ferry
