// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is let in, how they stay, and every reason to turn somebody away.
#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "tests/console/console.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// Puts the clocks right again.
struct ClocksAhead {
  ClocksAhead(std::int64_t wall, std::int64_t steady) { set_clocks_ahead_for_test(wall, steady); }
  ~ClocksAhead() { set_clocks_ahead_for_test(0, 0); }
};

const Json new_code{{"name", "codes"}};

}  // namespace

TEST_CASE("a request without a key or a session is told nothing") {
  Console console;
  check_refused(console.send(api_request("GET", "/sources")), 401, "not_logged_in");
  for (const std::string words :
       {"Bearer ", "Bearer x", "Bearer EF.y", "Basic eDp5", "bearer a.b", "Bearer ."}) {
    auto request = api_request("GET", "/sources");
    request.headers.push_back({"authorization", words});
    check_refused(console.send(request), 401, "not_logged_in");
  }
  auto request = api_request("GET", "/sources");
  request.headers.push_back({"cookie", "edgeferry_session_1=x; ;=; a"});
  check_refused(console.send(request), 401, "not_logged_in");
}

TEST_CASE("each role may do what it is for, and nothing above it") {
  Console console;
  CHECK(console.call(console.viewer, "GET", "/sources").status == 200);
  check_refused(console.call(console.viewer, "POST", "/activations", new_code), 403, "forbidden");
  check_refused(console.call(console.viewer, "GET", "/audit"), 403, "forbidden");
  CHECK(console.call(console.operator_, "POST", "/activations", new_code).status == 201);
  check_refused(console.call(console.operator_, "GET", "/access-keys"), 403, "forbidden");
  check_refused(console.call(console.operator_, "POST", "/access-keys", {{"role", "admin"}}), 403,
                "forbidden");
  CHECK(console.call(console.admin, "GET", "/access-keys").status == 200);
  // Keys of the SMC-compatible endpoint are viewers and admins here.
  CHECK(console.call(console.desk.full, "GET", "/audit").status == 200);
  check_refused(console.call(console.desk.reader, "GET", "/audit"), 403, "forbidden");
  CHECK(console.must("GET", "/activations")["activations"].size() == 2);  // and the servers' own
}

TEST_CASE("a session is opened with a key, and its cookie is kept from pages and other sites") {
  Console console;
  const auto reply = console.send(api_request(
      "POST", "/session", {{"id", console.operator_.id}, {"secret", console.operator_.secret}}));
  REQUIRE(reply.status == 201);
  CHECK(reply.body["role"] == "operator");
  const auto cookie = reply.header("set-cookie");
  CHECK(cookie.find("; HttpOnly; SameSite=Strict") != std::string::npos);
  CHECK(cookie.find("Secure") == std::string::npos);  // plain HTTP at a loopback address
  const auto browser = console.log_in(console.operator_);
  const auto session = console.call(browser, "GET", "/session");
  CHECK(session.body["access_key"] == console.operator_.id);
  CHECK(session.body["csrf"] == browser.csrf);
  CHECK(console.call(browser, "POST", "/activations", new_code).status == 201);
  check_refused(console.call(browser, "GET", "/audit"), 403, "forbidden");
}

TEST_CASE("over TLS the cookie says so, and the certificate that was made is a good one") {
  Console console{1, "on"};
  const auto reply = console.send(api_request(
      "POST", "/session", {{"id", console.admin.id}, {"secret", console.admin.secret}}));
  REQUIRE(reply.status == 201);
  CHECK(reply.header("set-cookie").find("; Secure") != std::string::npos);
  Browser browser{reply.header("set-cookie"), reply.body["csrf"]};
  browser.cookie.resize(browser.cookie.find(';'));
  // A page that came in the clear could have been anybody's.
  check_refused(console.call(browser, "POST", "/activations", new_code), 403, "cross_site");
  CHECK(console.call(browser, "GET", "/session").status == 200);
}

TEST_CASE("a change by cookie needs our own origin and the token of the session") {
  Console console;
  const auto browser = console.log_in(console.operator_);
  const auto change = [&](const std::string& origin, const std::string& csrf,
                          const std::string& host = "") {
    auto request = api_request("POST", "/activations", new_code);
    request.host = host;
    request.headers.push_back({"cookie", browser.cookie});
    if (!origin.empty()) request.headers.push_back({"origin", origin});
    if (!csrf.empty()) request.headers.push_back({"x-csrf-token", csrf});
    return console.send(std::move(request));
  };
  const auto own = console.origin();
  for (const std::string foreign :
       {"", "null", "http://evil.example", "http://127.0.0.1", "file://", own.c_str() + 7}) {
    check_refused(change(foreign, browser.csrf), 403, "cross_site");
  }
  check_refused(change(own + ".evil.example", browser.csrf), 403, "cross_site");
  check_refused(change(own, ""), 403, "cross_site");
  check_refused(change(own, std::string(64, '0')), 403, "cross_site");
  check_refused(change(own, console.log_in(console.operator_).csrf), 403, "cross_site");
  CHECK(console.must("GET", "/activations")["activations"].size() == 1);
  CHECK(change(own, browser.csrf).status == 201);
  // Nobody is logged in from elsewhere, as somebody whose work they don't mean to do.
  auto login =
      api_request("POST", "/session", {{"id", console.admin.id}, {"secret", console.admin.secret}});
  login.headers.push_back({"origin", "http://evil.example"});
  check_refused(console.send(login), 403, "cross_site");
}

TEST_CASE("a session ends by logging out, by its time, by rest, and with its key") {
  Console console;
  const auto ended = [&](const Browser& browser) {
    check_refused(console.call(browser, "GET", "/session"), 401, "not_logged_in");
  };
  SUBCASE("logging out") {
    const auto browser = console.log_in(console.viewer);
    const auto other = console.log_in(console.viewer);
    const auto out = console.call(browser, "DELETE", "/session");
    CHECK(out.status == 200);
    CHECK(out.header("set-cookie").find("Max-Age=0") != std::string::npos);
    ended(browser);
    CHECK(console.call(other, "GET", "/session").status == 200);
    console.restart();
    ended(browser);
  }
  SUBCASE("its time") {
    const auto browser = console.log_in(console.viewer);
    const auto ms = std::chrono::milliseconds{limits::session_time_max}.count();
    {
      const ClocksAhead almost{ms - 60'000, 0};
      CHECK(console.call(browser, "GET", "/session").status == 200);
    }
    const ClocksAhead over{ms + 1, 0};
    ended(browser);
  }
  SUBCASE("rest") {
    const auto browser = console.log_in(console.viewer);
    const auto ms = std::chrono::milliseconds{limits::session_idle_max}.count();
    const ClocksAhead idle{0, ms + 1};
    ended(browser);
  }
  SUBCASE("a disabled key") {
    const auto browser = console.log_in(console.viewer);
    (void)console.must("POST", "/access-keys/" + console.viewer.id + "/disable");
    ended(browser);
    check_refused(console.call(console.viewer, "GET", "/sources"), 401, "not_logged_in");
    (void)console.must("POST", "/access-keys/" + console.viewer.id + "/enable");
    CHECK(console.call(console.viewer, "GET", "/sources").status == 200);
  }
  SUBCASE("a deleted key") {
    const auto browser = console.log_in(console.viewer);
    (void)console.must("DELETE", "/access-keys/" + console.viewer.id);
    ended(browser);
    console.restart();
    ended(browser);
  }
}

TEST_CASE("a session outlives a new start of the controller") {
  Console console;
  const auto browser = console.log_in(console.operator_);
  console.restart();
  CHECK(console.call(browser, "GET", "/session").status == 200);
  CHECK(console.call(browser, "POST", "/activations", new_code).status == 201);
}

TEST_CASE("whoever guesses secrets has to wait, and keeps nobody with another key out") {
  Console console;
  auto wrong = console.viewer;
  wrong.secret = "guessed";
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    const auto reply = console.call(wrong, "GET", "/sources");
    if (reply.status == 429) {
      CHECK(reply.error() == "too_many_requests");
      CHECK(std::stoi(reply.header("retry-after")) >= 1);
      ++refused;
    } else {
      check_refused(reply, 401, "not_logged_in");
    }
  }
  CHECK(refused == 20 - static_cast<int>(limits::failed_logins_burst));
  // Not even the right secret tells that it is the right one.
  CHECK(console.call(console.viewer, "GET", "/sources").status == 429);
  CHECK(console.call(console.operator_, "GET", "/sources").status == 200);
  const ClocksAhead later{0, 60'000};
  CHECK(console.call(console.viewer, "GET", "/sources").status == 200);
}

TEST_CASE("a client that asks too often is told when to ask again") {
  Console console;
  int refused = 0;
  for (int i = 0; i < 3 * static_cast<int>(limits::client_requests_burst) && refused == 0; ++i) {
    const auto reply = console.send(api_request("GET", "/nothing"));
    if (reply.status == 429) ++refused;
  }
  CHECK(refused == 1);
}
