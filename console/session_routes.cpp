// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One's own session. Logging in is the one change that nobody has to be logged in for; the service
// knows it by its null `run`.
#include "console/call.hpp"

namespace ferry {
namespace {

Result<ConsoleReply> get_session(const ConsoleCall& call) { return reply(view_of(call.user)); }

Result<ConsoleReply> log_out(const ConsoleCall& call) {
  const auto cookie = call.doorman.log_out(call.user);
  if (!cookie) return fail(cookie.error());
  auto done = reply(Done{});
  done.headers.push_back({"Set-Cookie", *cookie});
  return done;
}

}  // namespace

std::vector<ConsoleRoute> session_routes() {
  using enum AccessRole;
  return {
      {.method = "POST",
       .path = "/session",
       .operation = "logIn",
       .summary = "Opens a session with an access key; the answer sets its cookie",
       .answer = told<SessionView>,
       .body = asked<LogIn>,
       .status = 201},
      {"GET", "/session", "getSession", "Who one is, and what one may", viewer, told<SessionView>,
       get_session},
      {"DELETE", "/session", "logOut", "Ends the session", viewer, told<Done>, log_out},
  };
}

}  // namespace ferry
