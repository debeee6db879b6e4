// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who may say over the API who is told what.
#include <doctest/doctest.h>

#include "tests/console/console.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

const Json hook{{"kind", "webhook"}, {"target", "http://127.0.0.1:1/T0KEN"}};

}  // namespace

TEST_CASE("a viewer sees no receiver, an operator tests, and only an admin says who is told") {
  Console console;
  const std::string path = "/notifications";
  check_refused(console.call(console.viewer, "GET", path), 403, "forbidden");
  check_refused(console.call(console.operator_, "POST", path, hook), 403, "forbidden");
  const auto added = console.call(console.admin, "POST", path, hook);
  REQUIRE(added.status == 201);
  const std::string one = path + "/" + added.body["id"].get<std::string>();
  CHECK(added.body["secret"].get<std::string>().starts_with("whsec_"));
  const auto list = console.call(console.operator_, "GET", path);
  REQUIRE(list.body["notifications"].size() == 1);
  CHECK(list.body["notifications"][0]["status"] == "active");
  CHECK(!list.body["notifications"][0].contains("secret"));
  const auto tested = console.call(console.operator_, "POST", one + "/test");
  check_refused(tested, 502, "notification_refused");
  CHECK(tested.body["what"].get<std::string>().find("T0KEN") == std::string::npos);
  check_refused(console.call(console.operator_, "DELETE", one), 403, "forbidden");
  CHECK(console.call(console.admin, "DELETE", one).status == 200);
  check_refused(console.call(console.admin, "DELETE", one), 404, "not_found");
}

TEST_CASE("a secret that is brought along is not in the audit log") {
  Console console;
  auto own = hook;
  own["secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  REQUIRE(console.call(console.admin, "POST", "/notifications", own).status == 201);
  const auto audit = console.must("GET", "/audit");
  CHECK(audit["entries"][0]["action"] == "addNotification");
  CHECK(text_of(audit).find("127.0.0.1:1") != std::string::npos);
  CHECK(text_of(audit).find("whsec") == std::string::npos);
}

TEST_CASE("mail needs a mail server") {
  Console console;
  check_refused(console.call(console.admin, "POST", "/notifications",
                             {{"kind", "mail"}, {"target", "ops@example.org"}}),
                409, "config_conflict");
}
