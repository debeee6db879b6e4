// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a metadata service could answer that is no key. How it goes with one that works is tested
// with the emulated cloud.
#include "cloud/alibaba/instance_role.hpp"

#include "base/free_port.hpp"
#include "tests/cloud/cloud_fixture.hpp"
#include "tests/cloud/loopback_server.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr auto role_secret = "planted-secret-77ab";

std::string document(const std::string& end, const std::string& more = {}) {
  return R"({"Code":"Success","AccessKeyId":"STS.1","AccessKeySecret":")" +
         std::string{role_secret} + R"(","SecurityToken":"planted-token","Expiration":")" + end +
         "\"" + more + "}";
}

/// A metadata service with one answer to each question.
struct Service {
  HttpResponse token{200, {}, "word"};
  HttpResponse roles{200, {}, "edgeferry\nanother\n"};
  HttpResponse key{200, {}, document("2099-01-01T00:00:00Z")};
  LoopbackServer server{[this](const HttpRequest& request) {
    if (request.method == "PUT") return token;
    return request.path.ends_with('/') ? roles : key;
  }};

  [[nodiscard]] Result<AccessKey> asked() const {
    return InstanceRole{{"http", server.address()}}.current();
  }
  void check_refused(const std::string& why) const {
    CAPTURE(why);
    const auto answer = asked();
    REQUIRE(!answer);
    const auto text = to_string(answer.error());
    CHECK(answer.error().code == Errc::access_refused);
    CHECK_MESSAGE(text.find(why) != std::string::npos, text);
    CHECK(text.find("planted") == std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.size() < 400);
  }
};

}  // namespace

TEST_CASE("of several roles the first is an instance's own") {
  Service service;
  REQUIRE(service.asked());
  CHECK(service.asked()->id == "STS.1");
  CHECK(service.asked()->session_token == "planted-token");
}

TEST_CASE("what a metadata service answers is no key until it has been checked") {
  const std::string later = "2099-01-01T00:00:00Z";
  for (const auto& [body, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "not a JSON object"},
           {role_secret, "not a JSON object"},
           {std::string(100, '['), "not a JSON object"},
           {document(later, R"(,"Code":3)"), "wrong type"},
           {document(later, R"(,"Code":"Failed\u001b[2J)" + std::string(5000, 'x') + "\""),
            "is 'Failed?[2J"},
           {document("tomorrow"), "is no temporary access key"},
           {document("2001-01-01T00:00:00Z"), "has ended at 2001-01-01T00:00:00Z"},
           {document(later, R"(,"SecurityToken":"")"), "is no temporary access key"},
           {document(later, R"(,"SecurityToken":null)"), "is no temporary access key"},
           {document(later, R"(,"AccessKeyId":"STS.1\r\nx-evil: 1")"), "is no temporary"},
           {document(later, R"(,"AccessKeySecret":")" + std::string(2000, 'p') + "\""),
            "is no temporary access key"},
           {std::string(20'000, ' ') + document(later), "more than 16.0 KiB"}}) {
    Service service;
    service.key.body = body;
    service.check_refused(why);
  }
}

TEST_CASE("a redirect, a role that is none and a token that is none are not gone after") {
  {
    Service service;
    service.key = {302, {{"location", "http://127.0.0.1:1/planted"}}, ""};
    service.check_refused("redirect");
  }
  for (const auto* name : {"", "../user-data", "a b", "\x1b[2J"}) {
    Service service;
    service.roles.body = name;
    service.check_refused("is no name of a RAM role");
  }
  for (const auto* word : {"", "two words", "line\r\nx-evil: 1"}) {
    Service service;
    service.token.body = word;
    service.check_refused("answers a token that is none");
  }
}

TEST_CASE("a machine that is no ECS instance says what to do instead") {
  const auto host = "127.0.0.1:" + std::to_string(free_port());
  const auto answer = InstanceRole{{"http", host}}.current();
  REQUIRE(!answer);
  CHECK(answer.error().code == Errc::unreachable);
  CHECK(answer.error().what.find(host) != std::string::npos);
  CHECK(answer.error().fix.find("choose another source") != std::string::npos);
}
