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
    auto told = ask_untyped(path, caf::make_message(request));
    if (!told) return fail(told.error());
    if (!told->template match_elements<Answer>()) {
      return fail(Errc::internal, "the controller gave an answer of another kind");
    }
    return std::move(told->template get_mutable_as<Answer>(0));
  }

 private:
  /// The part that is the same for all kinds of messages, and so is compiled once.
  [[nodiscard]] Result<caf::message> ask_untyped(const std::string& path,
                                                 caf::message request) const;

  caf::actor_system& system_;
  const Bridge& bridge_;
};

}  // namespace ferry
