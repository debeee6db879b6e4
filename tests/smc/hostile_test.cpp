// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests that nobody sends by mistake.
#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

HttpRequest form(const std::string& body) {
  return make_request("POST", {},
                      {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}}, body);
}

}  // namespace

TEST_CASE("forms are decoded as clients write them, and broken ones are refused") {
  const auto told = decode_form("a=1&b=x%20y+z%2B&&c&d==");
  REQUIRE(told);
  CHECK(*told == Words{{"a", "1"}, {"b", "x y z+"}, {"c", ""}, {"d", "="}});
  for (const std::string broken : {"a=%", "a=%4", "a=%zz", "%0=1"}) CHECK(!decode_form(broken));
  CHECK(decode_form("")->empty());
}

TEST_CASE("query and form are one set of parameters, and no name comes twice") {
  auto request = form("B=2");
  request.query = {{"A", "1"}};
  const auto both = Parameters::of(request);
  REQUIRE(both);
  CHECK((both->text("A") == "1" && both->text("B") == "2" && both->all().size() == 2));
  CHECK(!Parameters::of(form("A=1&A=1")));
  request.query.push_back({"B", "3"});
  CHECK(Parameters::of(request).error().message.find("B is there twice") != std::string::npos);
  // A body that is no form is none of our parameters.
  request.headers = {{"content-type", "application/json"}};
  CHECK(Parameters::of(request)->text("B") == "3");
}

TEST_CASE("numbers, flags, times and lists are bounded") {
  const auto parameters = *Parameters::of(
      form("N=7&Neg=-1&Big=99999999999999999999&Hex=0x10&T=TRUE&F=no&At=2026-12-01T02%3A00%3A00Z"
           "&L.10=c&L.2=b&L.1=a&L.3=&L.x=d&M.0=a&Deep.2.Part.1.Size=1&Deep.7=x"));
  CHECK(*parameters.number("N", 1, 10) == 7U);
  CHECK(!parameters.number("N", 1, 6));
  for (const std::string wrong : {"Neg", "Big", "Hex"}) CHECK(!parameters.number(wrong, 0, ~0ULL));
  CHECK(!parameters.number("Absent", 1, 2)->has_value());
  CHECK(*parameters.flag("T") == true);
  CHECK(parameters.flag("F").error().code == "InvalidF");
  CHECK(*parameters.time("At") == 1'796'090'400'000);
  CHECK(!parameters.time("N"));
  CHECK(*parameters.list("L", 3 + 1) == std::vector<std::string>{"a", "b", "c"});
  CHECK(parameters.list("L", 3).error().code == "InvalidL");
  CHECK(!parameters.list("M", 5));
  CHECK(*parameters.indices("Deep", 5) == std::vector<std::uint32_t>{2, 7});
}

TEST_CASE("text that is no UTF-8, control characters and endless names are refused") {
  for (const std::string bad : {"A=%FF%FE", "A=%C3", "A=%00", "A=%1B[2J", "%FF=1", "A=%ED%A0%80"}) {
    CHECK_MESSAGE(!Parameters::of(form(bad)), bad);
  }
  CHECK(Parameters::of(form("A=%E6%9C%8D%0A")));
  CHECK(!Parameters::of(form(std::string(1000, 'n') + "=1")));
  std::string many;
  for (std::size_t i = 0; i <= limits::http_parameters_max; ++i) {
    many += "p" + std::to_string(i) + "=&";
  }
  CHECK(Parameters::of(form(many)).error().message.find("too many") != std::string::npos);
}

TEST_CASE("ten million bytes in one parameter are answered, and nothing happens") {
  Desk desk;
  const std::string huge(10'000'000, 'x');
  for (const std::string name : {"Name", "SourceId.1", "ReplicationParameters", "ClientToken"}) {
    const auto told =
        desk.call("CreateReplicationJob",
                  {{"RegionId", "cn-beijing"}, {"SourceId", desk.sources[0]}, {name, huge}});
    CHECK_MESSAGE((told.status == 400 || name == "SourceId.1"), name);
    CHECK(told.body.dump().size() < 2000);
  }
  // SourceId.1 is no parameter of this action, so that one makes a job, unless the agent, of which
  // this test sends one heartbeat, seems away by then.
  CHECK(desk.must("DescribeReplicationJobs")["TotalCount"] <= 1);
}

TEST_CASE("hostile ReplicationParameters are refused, each with the parameter's name") {
  Desk desk;
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"({"a":)";
  for (const std::string& bad :
       {std::string{"["}, std::string{"[]"}, std::string{"null"}, deep, std::string(2000, '['),
        std::string{R"({"bandwidth_limit":-1})"}, std::string{R"({"bandwidth_limit":"1"})"},
        std::string{R"({"bandwidth_limit":1e30})"},
        std::string{R"({"bandwidth_limit":18446744073709551615})"},
        std::string{R"({"compress_level":11})"}, std::string{R"({"compress_level":1.5})"},
        std::string{R"({"checksum":1})"}, std::string{R"({"checksum":{"checksum":true}})"},
        R"({"a":")" + std::string(2048, 'x') + R"("})"}) {
    const auto told = desk.call("CreateReplicationJob", {{"RegionId", "cn-beijing"},
                                                         {"SourceId", desk.sources[0]},
                                                         {"ReplicationParameters", bad}});
    CHECK_MESSAGE(told.status == 400, bad.substr(0, 60));
    const bool named = told.code() == "InvalidReplicationParameters" ||
                       told.message().find("speed limit") != std::string::npos;
    CHECK_MESSAGE(named, text_of(told.body));
  }
  CHECK(desk.must("DescribeReplicationJobs")["TotalCount"] == 0);
}

TEST_CASE("an authorization header of any form is a refusal, never more") {
  Desk desk;
  const auto endless =
      "ACS3-HMAC-SHA256 Credential=EF,SignedHeaders=" + std::string(100'000, ';') + ",Signature=00";
  for (const std::string& words :
       {std::string{"ACS3-HMAC-SHA256"}, std::string{"ACS3-HMAC-SHA256 "},
        std::string{"ACS3-HMAC-SHA256 ,,,=;;"}, std::string{"Basic Zm9v"}, endless}) {
    auto request = desk.acs3("DescribeSourceServers", {});
    std::ranges::find(request.headers, std::string{"authorization"}, &NameValue::name)->value =
        words;
    const auto told = desk.send(request);
    CHECK_MESSAGE(told.status == 400, words.substr(0, 60));
  }
}
