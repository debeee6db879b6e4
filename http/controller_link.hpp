// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How threads of HTTP servers ask the controller's actors in their own process: by the messages of
// the catalogue, as an operator does, and with a limit of time.
#pragma once

#include <string>

#include <caf/all.hpp>

#include "base/limits.hpp"
#include "messages/actor_message.hpp"
#include "transport/bridge.hpp"

namespace ferry {

/// Any thread may call. Borrows both, which must outlive it.
class ControllerLink {
 public:
  ControllerLink(caf::actor_system& system, const Bridge& bridge)
      : system_(system), bridge_(bridge) {}

  /// Asks whoever is published under `path` now. Errors: its own; timeout; unreachable while the
  /// actor starts (again).
  template <class Answer, class Request>
  [[nodiscard]] Result<Answer> ask(const std::string& path, const Request& request) const {
    Result<Answer> answer = fail(Errc::timeout, "the controller did not answer");
    const auto actor = bridge_.published(path);
    if (!actor) return fail(Errc::unreachable, "the controller is starting");
    caf::scoped_actor self{system_};
    self->request(actor, limits::http_ask_time, request)
        .receive([&](const Answer& told) { answer = told; },
                 [&](const caf::error& error) { answer = fail(from_caf(error)); });
    return answer;
  }

 private:
  caf::actor_system& system_;
  const Bridge& bridge_;
};

}  // namespace ferry
