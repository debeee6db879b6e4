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
#include "base/random.hpp"
#include "messages/actor_message.hpp"

namespace ferry::test {

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / random_id("ferry-actors")) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// An actor system as the product's processes have it.
class LiveSystem {
 public:
  LiveSystem() {
    config_.set("scheduler.policy", caf::atom("sharing"));
    config_.set("scheduler.max-threads", 2U);
    system_ = std::make_unique<caf::actor_system>(config_);
  }
  [[nodiscard]] caf::actor_system& operator*() const { return *system_; }

 private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
};

/// Sends a request and waits for the answer; `answered_by` gets who gave it.
template <class Answer, class Request>
Result<Answer> ask(caf::actor_system& system, const caf::actor& actor, const Request& request,
                   caf::strong_actor_ptr* answered_by = nullptr) {
  caf::scoped_actor self{system};
  Result<Answer> result = fail(Errc::timeout, "nothing came");
  self->request(actor, std::chrono::seconds{20}, request)
      .receive(
          [&](const Answer& answer) {
            result = answer;
            if (answered_by != nullptr) *answered_by = self->current_sender();
          },
          [&](const caf::error& error) { result = fail(from_caf(error)); });
  return result;
}

/// Kills the actor and returns once it is gone.
inline void kill_and_wait(caf::actor_system& system, const caf::actor& actor) {
  if (!actor) return;
  caf::scoped_actor self{system};
  self->monitor(actor);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  self->receive([](const caf::down_msg&) {});
}

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
