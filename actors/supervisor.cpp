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

std::string_view to_string(Restart restart) {
  switch (restart) {
    case Restart::permanent: return "permanent";
    case Restart::transient: return "transient";
    case Restart::temporary: return "temporary";
  }
  return "";
}

std::chrono::milliseconds Backoff::delay(std::uint32_t failures, std::mt19937_64& random) const {
  const auto doublings = std::min<std::uint32_t>(failures, 20);
  auto delay_ms = static_cast<double>(initial.count()) * static_cast<double>(1U << doublings);
  delay_ms = std::min(delay_ms, static_cast<double>(cap.count()));
  std::uniform_real_distribution<double> spread{1.0 - jitter, 1.0 + jitter};
  return std::chrono::milliseconds{static_cast<std::int64_t>(delay_ms * spread(random))};
}

Supervisor::Supervisor(caf::event_based_actor* self, std::vector<ChildSpec> specs,
                       SupervisorOptions options)
    : self_(self), options_(std::move(options)), random_(options_.seed) {
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
            const bool stopping = stop_reason_ || (group_ && m.index >= *group_);
            if (!stopping && !child.handle && child.generation == m.generation) start(m.index);
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
  options_.branch.started(child.spec.id, to_string(child.spec.restart));
  self_->monitor(child.handle);
}

void Supervisor::on_down(const caf::down_msg& down) {
  const auto it = std::ranges::find_if(children_, [&](const Child& child) {
    return child.handle && child.handle.address() == down.source;
  });
  if (it == children_.end()) return;
  it->handle = nullptr;
  const auto index = static_cast<std::size_t>(it - children_.begin());
  if (stop_reason_ || (group_ && index >= *group_)) return stop_next_child();
  const auto restart = it->spec.restart;
  it->wanted = restart == Restart::permanent || (restart == Restart::transient && down.reason);
  const auto why = down.reason ? to_string(from_caf(down.reason)) : "it ended by itself";
  log::warning("supervised actor ended",
               {{"child", it->spec.id}, {"why", why}, {"restart", it->wanted ? "yes" : "no"}});
  options_.branch.ended(it->spec.id, it->wanted ? "waiting" : "ended", why);
  if (it->wanted) on_failure(index);
}

void Supervisor::on_failure(std::size_t index) {
  auto& child = children_[index];
  if (self_->clock().now() - child.started > options_.intensity.period) child.failures = 0;
  if (intensity_exceeded()) {
    return stop(to_caf({Errc::internal, "child '" + child.spec.id + "' keeps failing", {}}));
  }
  const auto delay = child.spec.backoff.delay(child.failures++, random_);
  if (options_.strategy == Strategy::one_for_one) return schedule_restart(index, index + 1, delay);
  group_ = options_.strategy == Strategy::one_for_all ? 0 : index;
  group_delay_ = delay;
  stop_next_child();
}

void Supervisor::schedule_restart(std::size_t first, std::size_t last,
                                  std::chrono::milliseconds delay) {
  // Children with a longer way to go down are started by their own, later message. A
  // restart that one of them waits for already would come before that of `first`.
  for (auto i = first; i < last; ++i) {
    if (!children_[i].wanted) continue;
    ++children_[i].generation;
    self_->delayed_send(self_, delay + std::chrono::milliseconds{i - first},
                        StartChild{i, children_[i].generation});
  }
}

bool Supervisor::intensity_exceeded() {
  const auto now = self_->clock().now();
  restarts_.push_back(now);
  while (restarts_.front() + options_.intensity.period < now) restarts_.pop_front();
  return restarts_.size() > options_.intensity.restarts_max;
}

/// Its own supervisor must not start a second copy of a subtree that still writes, so
/// this exits only after the last child has.
void Supervisor::stop(caf::error reason) {
  if (stop_reason_) return;
  stop_reason_ = reason ? std::move(reason) : caf::make_error(caf::exit_reason::user_shutdown);
  stop_next_child();
}

/// Stops the last child that still runs, of all or of the group that starts again;
/// after the last one comes what they were stopped for.
void Supervisor::stop_next_child() {
  const auto first = stop_reason_ ? 0 : *group_;
  for (auto index = children_.size(); index-- > first;) {
    const auto& child = children_[index];
    if (!child.handle) continue;
    self_->send_exit(child.handle, caf::exit_reason::user_shutdown);
    self_->delayed_send(self_, child.spec.grace, KillChild{index, child.generation});
    return;
  }
  if (stop_reason_) return self_->quit(*stop_reason_);
  group_.reset();
  schedule_restart(first, children_.size(), group_delay_);
}

}  // namespace ferry
