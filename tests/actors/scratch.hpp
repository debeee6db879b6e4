// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A folder and an actor system with real threads, for tests of actors that use files
// and sockets. Both go away with their objects.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <caf/all.hpp>

#include "base/clock.hpp"
#include "messages/actor_message.hpp"

namespace ferry::test {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// An actor system as the product's processes have it.
class LiveSystem {
 public:
  LiveSystem();
  [[nodiscard]] caf::actor_system& operator*() const { return *system_; }

 private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
};

/// Sends a request and waits for the answer, whatever it is; `answered_by` gets who gave it.
Result<caf::message> ask_any(caf::actor_system& system, const caf::actor& actor,
                             caf::message request, caf::strong_actor_ptr* answered_by);

/// The same for an answer that is an `Answer`.
template <class Answer, class Request>
Result<Answer> ask(caf::actor_system& system, const caf::actor& actor, const Request& request,
                   caf::strong_actor_ptr* answered_by = nullptr) {
  const Result<caf::message> answer =
      ask_any(system, actor, caf::make_message(request), answered_by);
  if (!answer) return fail(answer.error());
  if (!answer->match_elements<Answer>()) return fail(Errc::internal, "the answer is another type");
  return answer->get_as<Answer>(0);
}

/// Kills the actor and returns once it is gone.
void kill_and_wait(caf::actor_system& system, const caf::actor& actor);

/// Asks again until the condition holds, for at most `seconds`.
template <class Condition>
bool eventually(Condition condition, int seconds = 20) {
  const auto until = steady_ms() + seconds * 1000LL;
  while (steady_ms() < until) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return condition();
}

}  // namespace ferry::test
