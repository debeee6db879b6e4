// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("an access token has the API's defaults, and its code is told once") {
  Desk desk{0};
  const auto made = desk.must("CreateAccessToken", {{"Name", "lab"}, {"Description", "of CI"}});
  const std::string id = made["AccessTokenId"];
  CHECK(id.starts_with("at-"));
  CHECK(made["AccessTokenCode"].get<std::string>().size() > 20);
  const auto all = desk.must("ListAccessTokens", {{"AccessTokenId.1", id}});
  REQUIRE(all["TotalCount"] == 1);
  const auto token = all["AccessTokens"]["AccessToken"][0];
  CHECK(token["Name"] == "lab");
  CHECK(token["Description"] == "of CI");
  CHECK(token["Count"] == "100");
  CHECK(token["RegisteredCount"] == "0");
  CHECK(token["TimeToLiveInDays"] == "30");
  CHECK(token["Status"] == "activated");
  CHECK(!token.contains("AccessTokenCode"));
}

TEST_CASE("tokens are found by id, name and status, disabled and deleted") {
  Desk desk{0};
  const std::string one =
      desk.must("CreateAccessToken", {{"Name", "one"}, {"Count", "1"}})["AccessTokenId"];
  (void)desk.must("CreateAccessToken", {{"Name", "two"}, {"TimeToLiveInDays", "90"}});
  CHECK(desk.must("ListAccessTokens", {{"Name", "two"}})["TotalCount"] == 1);
  (void)desk.must("DisableAccessToken", {{"AccessTokenId", one}});
  const auto off = desk.must("ListAccessTokens", {{"Status", "unactivated"}});
  REQUIRE(off["TotalCount"] == 1);
  CHECK(off["AccessTokens"]["AccessToken"][0]["AccessTokenId"] == one);
  (void)desk.must("DeleteAccessToken", {{"AccessTokenId", one}});
  const auto gone = desk.call("DeleteAccessToken", {{"AccessTokenId", one}});
  CHECK((gone.status == 404 && gone.code() == "InvalidAccessTokenId.NotFound"));
  CHECK(desk.call("DisableAccessToken").code() == "MissingAccessTokenId");
  CHECK(desk.call("ListAccessTokens", {{"Status", "used"}}).code() == "InvalidStatus");
}

TEST_CASE("a token's wrong parameters are named") {
  Desk desk{0};
  for (const auto& [name, value] : Words{{"Count", "0"},
                                         {"Count", "1001"},
                                         {"Count", "ten"},
                                         {"TimeToLiveInDays", "91"},
                                         {"Name", "1abc"},
                                         {"Name", "x"},
                                         {"Name", "http://x"},
                                         {"Description", std::string(257, 'd')}}) {
    const auto told = desk.call("CreateAccessToken", {{name, value}});
    CHECK((told.status == 400 && told.code() == "Invalid" + name));
  }
  CHECK(desk.must("ListAccessTokens")["TotalCount"] == 1);  // the servers' own
}
