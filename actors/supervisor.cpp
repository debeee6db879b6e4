// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/supervisor.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace ferry {
namespace {

struct StartChild {
  std::size_t index = 0;
  std::uint64_t generation = 0;
  FERRY_MESSAGE("supervisor.start_child", index, generation)
};

struct KillChild {
  std::size_t index = 0;
  std::uint64_t generation = 0;
  FERRY_MESSAGE("supervisor.kill_child", index, generation)
};

}  // namespace

std::chrono::milliseconds Backoff::delay(std::uint32_t failures, std::mt19937_64& random) const {
  const auto doublings = std::min<std::uint32_t>(failures, 20);
  auto delay_ms = static_cast<double>(initial.count()) * static_cast<double>(1U << doublings);
  delay_ms = std::min(delay_ms, static_cast<double>(cap.count()));
  std::uniform_real_distribution<double> spread{1.0 - jitter, 1.0 + jitter};
  return std::chrono::milliseconds{static_cast<std::int64_t>(delay_ms * spread(random))};
}

Supervisor::Supervisor(caf::event_based_actor* self, std::vector<ChildSpec> specs,
                       SupervisorOptions options)
    : self_(self), options_(options), random_(options.seed) {
  for (auto& spec : specs) children_.push_back({std::move(spec), nullptr, 0, 0, true, {}});
}

/// However the supervisor died, no child outlives it.
Supervisor::~Supervisor() {
  for (const auto& child : children_) {
    if (child.handle) caf::anon_send_exit(child.handle, caf::exit_reason::kill);
  }
}

caf::behavior Supervisor::make_behavior() {
  self_->set_down_handler([this](caf::down_msg& down) { on_down(down); });
  self_->set_exit_handler([this](caf::exit_msg& exit) { stop(std::move(exit.reason)); });
  for (std::size_t i = 0; i < children_.size(); ++i) start(i);
  return {[this](const StartChild& m) {
            auto& child = children_[m.index];
            if (!stop_reason_ && !child.handle && child.generation == m.generation) start(m.index);
          },
          [this](const KillChild& m) {
            auto& child = children_[m.index];
            if (child.handle && child.generation == m.generation) {
              self_->send_exit(child.handle, caf::exit_reason::kill);
            }
          }};
}

void Supervisor::start(std::size_t index) {
  auto& child = children_[index];
  child.handle = child.spec.start(self_);
  ++child.generation;
  child.started = self_->clock().now();
  self_->monitor(child.handle);
}

void Supervisor::on_down(const caf::down_msg& down) {
  const auto it = std::ranges::find_if(children_, [&](const Child& child) {
    return child.handle && child.handle.address() == down.source;
  });
  if (it == children_.end()) return;
  it->handle = nullptr;
  if (stop_reason_) return stop_next_child();
  const auto restart = it->spec.restart;
  const bool wanted =
      restart == Restart::permanent || (restart == Restart::transient && down.reason);
  log::warning("supervised actor ended", {{"child", it->spec.id},
                                          {"why", caf::to_string(down.reason)},
                                          {"restart", wanted ? "yes" : "no"}});
  it->wanted = wanted;
  if (!wanted) return;
  if (self_->clock().now() - it->started > options_.intensity.period) it->failures = 0;
  if (intensity_exceeded()) {
    return stop(to_caf({Errc::internal, "child '" + it->spec.id + "' keeps failing", {}}));
  }
  const auto index = static_cast<std::size_t>(it - children_.begin());
  if (options_.strategy == Strategy::rest_for_one) stop_dependents(index);
  schedule_restart(index);
}

void Supervisor::schedule_restart(std::size_t index) {
  auto& child = children_[index];
  const auto delay = child.spec.backoff.delay(child.failures++, random_);
  const auto last = options_.strategy == Strategy::rest_for_one ? children_.size() : index + 1;
  // Children with a longer way to go down are started by their own, later message. A
  // restart that one of them waits for already would come before that of `index`.
  for (auto i = index; i < last; ++i) {
    if (!children_[i].wanted) continue;
    ++children_[i].generation;
    self_->delayed_send(self_, delay + std::chrono::milliseconds{i - index},
                        StartChild{i, children_[i].generation});
  }
}

void Supervisor::stop_dependents(std::size_t index) {
  for (auto i = children_.size(); i-- > index + 1;) {
    auto& child = children_[i];
    if (!child.handle) continue;
    self_->demonitor(child.handle);
    self_->send_exit(child.handle, caf::exit_reason::kill);
    child.handle = nullptr;
  }
}

bool Supervisor::intensity_exceeded() {
  const auto now = self_->clock().now();
  restarts_.push_back(now);
  while (restarts_.front() + options_.intensity.period < now) restarts_.pop_front();
  return restarts_.size() > options_.intensity.restarts_max;
}

/// Stops the children in reverse order, each before the next, and only then exits:
/// its own supervisor must not start a second copy of a subtree that still writes.
void Supervisor::stop(caf::error reason) {
  if (stop_reason_) return;
  stop_reason_ = reason ? std::move(reason) : caf::make_error(caf::exit_reason::user_shutdown);
  stop_next_child();
}

void Supervisor::stop_next_child() {
  const auto last = std::find_if(children_.rbegin(), children_.rend(),
                                 [](const Child& child) { return child.handle != nullptr; });
  if (last == children_.rend()) return self_->quit(*stop_reason_);
  const auto index = static_cast<std::size_t>(children_.rend() - last - 1);
  self_->send_exit(last->handle, caf::exit_reason::user_shutdown);
  self_->delayed_send(self_, last->spec.grace, KillChild{index, last->generation});
}

}  // namespace ferry
