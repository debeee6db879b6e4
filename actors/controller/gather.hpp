// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Asks many local actors the same and answers once all have.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "messages/actor_message.hpp"

namespace ferry {

/// Calls `done` with the answers in the order of the keys; an actor that fails to
/// answer within two seconds is left out.
template <Message Answer, Message Request>
void gather(caf::event_based_actor* self, const std::map<std::string, caf::actor>& actors,
            const Request& request, std::function<void(std::vector<Answer>)> done) {
  struct Pending {
    std::map<std::string, Answer> answers;
    std::size_t missing;
    std::function<void(std::vector<Answer>)> done;

    void one_less() {
      if (--missing > 0) return;
      std::vector<Answer> all;
      for (auto& [key, answer] : answers) all.push_back(std::move(answer));
      done(std::move(all));
    }
  };
  if (actors.empty()) return done({});
  auto pending = std::make_shared<Pending>(Pending{{}, actors.size(), std::move(done)});
  for (const auto& entry : actors) {
    self->request(entry.second, std::chrono::seconds{2}, request)
        .then(
            [pending, key = entry.first](const Answer& answer) {
              pending->answers.emplace(key, answer);
              pending->one_less();
            },
            [pending](const caf::error&) { pending->one_less(); });
  }
}

}  // namespace ferry
