// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "http/controller_link.hpp"

namespace ferry {

Result<caf::message> ControllerLink::ask_untyped(const std::string& path,
                                                 caf::message request) const {
  const auto actor = bridge_.published(path);
  if (!actor) return fail(Errc::unreachable, "the controller is starting");
  Result<caf::message> answer = fail(Errc::timeout, "the controller did not answer");
  caf::scoped_actor self{system_};
  self->request(actor, limits::http_ask_time, std::move(request))
      .receive([&](const caf::error& error) { answer = fail(from_caf(error)); },
               caf::others >> [&](caf::message_view& told) -> caf::result<caf::message> {
                 answer = told.move_content_to_message();
                 return caf::message{};
               });
  return answer;
}

}  // namespace ferry
