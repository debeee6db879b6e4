// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/http/http_client.hpp"

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "base/free_port.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/rpc_signature.hpp"
#include "tests/cloud/cloud_fixture.hpp"
#include "tests/cloud/loopback_server.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

HttpResponse ok(std::string body) { return {200, {}, std::move(body)}; }

HttpRequest get(const std::string& host, std::string path = "/") {
  HttpRequest request;
  request.host = host;
  request.path = std::move(path);
  return request;
}

}  // namespace

TEST_CASE("what is signed is what arrives, byte for byte") {
  HttpRequest seen;
  const LoopbackServer server{[&](const HttpRequest& request) {
    seen = request;
    return ok("fine");
  }};
  HttpClient client{{.scheme = "http"}};
  HttpRequest request = get(server.address(), "/a b/+~\xe4\xb8\xad.txt");
  request.method = "PUT";
  request.query = {{"name", "a+b c/d=e&f%"}, {"empty", ""}, {"uploadId", "\xc3\xa9"}};
  request.headers = {{"x-acs-action", "RunInstances"},
                     {"x-acs-content-sha256", hex_sha256("body")},
                     {"x-acs-empty", ""}};
  request.body = "body";
  sign_acs3(request, {"id", "secret"});
  const auto response = client.send(request);
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->body == "fine");
  CHECK(seen.method == "PUT");
  CHECK(seen.path == request.path);
  CHECK(seen.body == "body");
  CHECK(seen.header("content-type").empty());
  CHECK(seen.header("expect").empty());
  // The server computes the signature from what it saw.
  const std::vector<std::string> names{"host", "x-acs-action", "x-acs-content-sha256",
                                       "x-acs-empty"};
  CHECK(request.header("authorization").ends_with(acs3_signature(seen, names, "secret")));
}

TEST_CASE("an answer of any status is an answer, with its headers in lower case") {
  const LoopbackServer server{[](const HttpRequest& request) {
    return HttpResponse{request.path == "/gone" ? 404 : 503, {{"X-Acs-Retry-After", "250"}}, "no"};
  }};
  HttpClient client{{.scheme = "http"}};
  for (const auto& [path, status] : {std::pair{"/gone", 404}, {"/busy", 503}}) {
    const auto response = client.send(get(server.address(), path));
    REQUIRE(response);
    CHECK(response->status == status);
    CHECK(response->header("x-acs-retry-after") == "250");
  }
}

TEST_CASE("a redirect is not followed, so no signed header goes to another host") {
  bool lured = false;
  const LoopbackServer other{[&](const HttpRequest&) {
    lured = true;
    return ok("give me your keys");
  }};
  const LoopbackServer server{[&](const HttpRequest&) {
    return HttpResponse{307, {{"Location", "http://" + other.address() + "/"}}, ""};
  }};
  HttpClient client{{.scheme = "http"}};
  const auto response = client.send(get(server.address()));
  REQUIRE(!response);
  CHECK(response.error().code == Errc::malformed);
  CHECK(response.error().what.find("redirect") != std::string::npos);
  CHECK_FALSE(lured);
}

TEST_CASE("an answer larger than its limit is refused, and the client goes on") {
  const LoopbackServer server{[](const HttpRequest& request) {
    if (request.path == "/headers") return HttpResponse{200, {{"x", std::string(7000, 'h')}}, ""};
    return ok(std::string(request.path == "/big" ? 5000 : 10, 'b'));
  }};
  HttpClient client{{.scheme = "http"}};
  const HttpLimits small{.body_bytes_max = 1000};
  const auto big = client.send(get(server.address(), "/big"), small);
  REQUIRE(!big);
  CHECK(big.error().code == Errc::limit_exceeded);
  const auto fits = client.send(get(server.address()), small);
  REQUIRE(fits);
  CHECK(fits->body.size() == 10);
}

TEST_CASE("a server that says nothing is given up, and at once when that is asked for") {
  const LoopbackServer server{[](const HttpRequest&) {
    std::this_thread::sleep_for(1500ms);
    return ok("late");
  }};
  HttpClient client{{.scheme = "http"}};
  const auto late = client.send(get(server.address()), {.timeout = 200ms});
  REQUIRE(!late);
  CHECK(late.error().code == Errc::timeout);
  std::stop_source stop;
  std::jthread ender{[&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  }};
  const auto ended = client.send(get(server.address()), {}, stop.get_token());
  REQUIRE(!ended);
  CHECK(ended.error().code == Errc::canceled);
}

TEST_CASE("a service that isn't there is unreachable, and its query stays out of the error") {
  HttpClient client{{.scheme = "http"}};
  auto request = get("127.0.0.1:" + std::to_string(free_port()), "/key");
  request.query = {{"Signature", "secret"}};
  request.headers = {{"authorization", "secret"}};
  const auto nobody = client.send(request);
  REQUIRE(!nobody);
  CHECK(nobody.error().code == Errc::unreachable);
  CHECK(nobody.error().what.find("GET http://127.0.0.1:") == 0);
  CHECK(nobody.error().what.find("secret") == std::string::npos);
}

TEST_CASE("a header that would smuggle another one in is refused") {
  HttpClient client{{.scheme = "http"}};
  auto request = get("127.0.0.1:1");
  request.headers = {{"x-oss-meta-a", "b\r\nx-oss-acl: public-read"}};
  const auto refused = client.send(request);
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::malformed);
}

TEST_CASE("TLS goes to whom the certificate names and nobody else") {
  const Scratch scratch;
  const LoopbackServer server{[](const HttpRequest&) { return ok("sealed"); }, scratch / ""};
  const auto trusted = LoopbackServer::certificate_in(scratch / "").string();
  HttpClient right{{.connect_to = server.address(), .ca_file = trusted}};
  const auto response = right.send(get("service.test"));
  REQUIRE_MESSAGE(response, response.error().what);
  CHECK(response->body == "sealed");
  HttpClient unknown{{.connect_to = server.address()}};
  const auto refused = unknown.send(get("service.test"));
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::tls_refused);
  const auto other = right.send(get("another.test"));
  REQUIRE(!other);
  CHECK(other.error().code == Errc::tls_refused);
}
