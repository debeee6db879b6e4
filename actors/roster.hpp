// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Keeps one child actor per key (a job, an instance) and hands each message to the
// right one. Its messages are "lift it to this state" requests that the controller
// repeats, so a child that died comes back with the next request and needs no other
// restart; a child that keeps dying is refused for a while.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/actor_tree.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "messages/actor_message.hpp"

namespace ferry {

struct RosterLimits {
  std::size_t children_max = 1000;
  std::size_t deaths_max = 5;              // within ...
  std::int64_t deaths_period_ms = 60'000;  // ... this long
};

class Roster {
 public:
  using Start = std::function<caf::actor(const std::string& key)>;

  Roster(caf::event_based_actor* self, Branch branch, Start start, RosterLimits roster_limits = {})
      : self_(self), branch_(std::move(branch)), start_(std::move(start)), limits_(roster_limits) {
    self_->set_down_handler([this](caf::down_msg& down) { on_down(down); });
  }
  ~Roster() {
    for (const auto& [key, child] : children_) {
      caf::anon_send_exit(child, caf::exit_reason::kill);
    }
  }
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  /// Returns the child of this key, or null.
  [[nodiscard]] caf::actor find(const std::string& key) const {
    const auto it = children_.find(key);
    return it != children_.end() ? it->second : caf::actor{};
  }

  /// Returns the child of this key, starting it if there is none.
  [[nodiscard]] Result<caf::actor> find_or_start(const std::string& key) {
    if (auto child = find(key)) return child;
    if (children_.size() >= limits_.children_max) {
      return fail(Errc::no_capacity,
                  "this node already works on " + std::to_string(children_.size()) + " things");
    }
    auto& deaths = deaths_[key];
    std::erase_if(deaths, [&](auto at) { return at + limits_.deaths_period_ms < steady_ms(); });
    if (deaths.size() >= limits_.deaths_max) {
      return fail(Errc::internal, "the actor of " + key + " keeps failing, see this node's log");
    }
    auto child = start_(key);
    self_->monitor(child);
    children_.emplace(key, child);
    branch_.started(key, "on_demand");
    return child;
  }

  [[nodiscard]] const std::map<std::string, caf::actor>& children() const { return children_; }

 private:
  void on_down(const caf::down_msg& down) {
    for (auto it = children_.begin(); it != children_.end(); ++it) {
      if (it->second.address() != down.source) continue;
      if (down.reason) {
        const auto why = to_string(from_caf(down.reason));
        log::error("child actor failed", {{"child", it->first}, {"why", why}});
        branch_.ended(it->first, "waiting", why);
        deaths_[it->first].push_back(steady_ms());
      } else {
        branch_.removed(it->first);
      }
      children_.erase(it);
      return;
    }
  }

  caf::event_based_actor* self_;
  Branch branch_;
  Start start_;
  RosterLimits limits_;
  std::map<std::string, caf::actor> children_;
  std::map<std::string, std::vector<std::int64_t>> deaths_;
};

/// A roster as an actor of its own: one `Child` per job, reached by the messages
/// `Ms`, all of which carry `job`.
template <class Child, class... Ms>
class JobRoster {
 public:
  static constexpr const char* actor_name = "roster";

  JobRoster(caf::event_based_actor* self, Branch branch, Roster::Start start)
      : self_(self), roster_(self, std::move(branch), std::move(start)) {}

  caf::behavior make_behavior() {
    return {[this](const Ms& m) { return pass_on(m); }...};
  }

 private:
  template <class M>
  caf::result<caf::message> pass_on(const M& m) {
    auto child = roster_.find_or_start(m.job);
    if (!child) return to_caf(child.error());
    self_->delegate(*child, m);
    return caf::delegated<caf::message>{};
  }

  caf::event_based_actor* self_;
  Roster roster_;
};

}  // namespace ferry
