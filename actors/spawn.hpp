// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Lets an actor be a plain class: a constructor that takes the actor itself and
// its dependencies, `make_behavior()` that lists its messages, and `actor_name`. One
// that works for a single job says so with `works_for_one_job` (actors/traced_actor.hpp).
// CAF 0.17 has nothing like it; 0.18 calls it actor_from_state, which replaces
// this file.
#pragma once

#include <exception>
#include <memory>
#include <tuple>
#include <utility>

#include <caf/all.hpp>

#include "actors/traced_actor.hpp"
#include "base/log.hpp"
#include "base/simulation.hpp"
#include "messages/actor_message.hpp"

namespace ferry {

/// The CAF actor around a class. The object lives from the first message until the
/// actor exits, however long others hold its handle.
template <class State, class... Args>
class ActorOf : public TracedActor {
 public:
  ActorOf(caf::actor_config& config, Args... args)
      : TracedActor(
            config, requires { State::works_for_one_job; }),
        args_(std::move(args)...) {
    // An error that arrives as a message is somebody else's, and no reason to end.
    set_error_handler([](caf::scheduled_actor* self, caf::error& error) {
      log::warning("actor was told of an error",
                   {{"actor", self->name()}, {"why", to_string(from_caf(error))}});
    });
    set_exception_handler([](std::exception_ptr& failure) -> caf::error {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        return to_caf({Errc::internal, error.what(), {}});
      } catch (...) {
        return to_caf({Errc::internal, "not a std::exception", {}});
      }
    });
  }

  caf::behavior make_behavior() override {
    const trace::Scope scope{own_trace()};
    state_ = std::apply(
        [this](auto&... args) {
          return std::make_unique<State>(static_cast<caf::event_based_actor*>(this),
                                         std::move(args)...);
        },
        args_);
    return state_->make_behavior();
  }
  void on_exit() override {
    const trace::Scope scope{own_trace()};
    state_.reset();
  }
  const char* name() const override { return State::actor_name; }

 private:
  std::tuple<Args...> args_;
  std::unique_ptr<State> state_;
};

/// Spawns `State(self, args...)` as a child of `parent` (an actor or the system).
template <class State, caf::spawn_options Options = caf::no_spawn_options, class Parent,
          class... Args>
caf::actor spawn_actor(Parent& parent, Args&&... args) {
  return parent.template spawn<ActorOf<State, std::decay_t<Args>...>, Options>(
      std::forward<Args>(args)...);
}

/// The same for an actor whose handlers block: it gets a thread of its own. Under the
/// simulator nothing blocks, and nothing but the simulator decides who runs.
template <class State, class Parent, class... Args>
caf::actor spawn_blocking(Parent& parent, Args&&... args) {
  if (simulation() != nullptr) return spawn_actor<State>(parent, std::forward<Args>(args)...);
  return spawn_actor<State, caf::detached>(parent, std::forward<Args>(args)...);
}

}  // namespace ferry
