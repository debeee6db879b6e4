// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What comes from outside is hostile: it is bounded, refused with a reason, or told again as data.
#include <doctest/doctest.h>

#include "base/subprocess.hpp"
#include "console/own_certificate.hpp"
#include "tests/console/console.hpp"
#include "tests/console/raw_client.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

HttpRequest with_key(const Console& console, HttpRequest request) {
  request.headers.push_back(
      {"authorization", "Bearer " + console.admin.id + "." + console.admin.secret});
  return request;
}

}  // namespace

TEST_CASE("texts of any script are told as they are, and never as anything but data") {
  Console console;
  const auto path = "/sources/" + console.desk.sources[0];
  for (const std::string text : {"<script>alert(1)</script>", "\u202e\u05d0\u0628 \u65e5\u672c",
                                 "'; DROP TABLE job; --", "${x} {{x}} %s %n", "\"\\\n\t"}) {
    const auto reply = console.call(console.operator_, "PATCH", path, {{"description", text}});
    CHECK(reply.header("content-type") == "application/json");
    if (reply.status == 200)
      CHECK(reply.body["description"] == text);
    else
      check_refused(reply, 400, "invalid_argument");
  }
}

TEST_CASE("what is too large is refused before anybody keeps it") {
  Console console;
  const auto refuse = [&](HttpRequest request, int status) {
    const auto reply = console.send(with_key(console, std::move(request)));
    CHECK_MESSAGE(reply.status == status, text_of(reply.body));
    CHECK(reply.body.contains("error"));
  };
  const std::string ten_mib(10 * limits::mib, 'x');
  refuse(api_request("POST", "/activations", {{"name", ten_mib}}), 413);
  refuse(api_request("POST", "/activations", {{"description", std::string(100'000, 'x')}}), 400);
  auto many = api_request("GET", "/jobs");
  for (std::size_t i = 0; i <= limits::http_headers_max; ++i) {
    many.headers.push_back({"x-" + std::to_string(i), "y"});
  }
  refuse(many, 431);
  auto large = api_request("GET", "/jobs");
  for (int i = 0; i < 10; ++i)
    large.headers.push_back({"x-" + std::to_string(i), std::string(4000, 'y')});
  refuse(large, 431);
  refuse(api_request("GET", "/jobs?search=" + std::string(20'000, 'x')), 414);
  CHECK(console.must("GET", "/activations")["activations"].size() == 1);  // the servers' own
}

TEST_CASE("a body that is no JSON, or of another type, is refused") {
  Console console;
  const auto refuse = [&](const std::string& body, const std::string& type) {
    auto request = api_request("POST", "/activations");
    request.body = body;
    if (!type.empty()) request.headers.push_back({"content-type", type});
    check_refused(console.send(with_key(console, request)), 400, "invalid_argument");
  };
  refuse("{", "application/json");
  refuse("{\"name\":\"\xff\"}", "application/json");
  refuse("{\"name\":\"a\"} x", "application/json");
  refuse(std::string(100'000, '['), "application/json");
  refuse("{\"name\":" + std::string(100'000, '['), "application/json");
  refuse("{\"name\":\"a\"}", "text/plain");  // as a form of another site can send it
  refuse("name=a", "application/x-www-form-urlencoded");
}

TEST_CASE("what is no HTTP, and who says nothing, keep nobody from being answered") {
  Console console;
  std::vector<RawClient> silent;
  for (std::size_t i = 0; i < limits::http_threads + 2; ++i) {
    silent.emplace_back(console.config.console.listen);
    silent.back().write(i % 2 == 0 ? "GET /api" : std::string(100, '\0') + "\r\n\r\n");
  }
  CHECK(console.call(console.viewer, "GET", "/jobs").status == 200);
}

TEST_CASE("a port that is taken, and files that are no certificate, are refused at the start") {
  Console console;
  const auto again = start_console(*console.desk.live, *console.desk.bridge, console.config);
  REQUIRE(!again);
  CHECK(again.error().code == Errc::address_in_use);
  auto config = console.config;
  config.console.certificate = config.console.key = "/dev/null";
  const auto no_tls = start_console(*console.desk.live, *console.desk.bridge, config);
  REQUIRE(!no_tls);
  CHECK(no_tls.error().code == Errc::key_unreadable);
}

TEST_CASE("a certificate of one's own is kept, and made anew when its files don't fit") {
  Folder folder;
  const std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  const auto first = own_certificate(folder.path(), hosts);
  REQUIRE_MESSAGE(first, (first ? "" : to_string(first.error())));
  const auto print = certificate_fingerprint(first->certificate);
  REQUIRE(print);
  CHECK(own_certificate(folder.path(), hosts));
  CHECK(certificate_fingerprint(first->certificate) == *print);
  const auto shown =
      run({.argv = {"openssl", "x509", "-noout", "-text", "-in", first->certificate.string()}});
  REQUIRE(shown);
  CHECK(shown->out.find("DNS:localhost, IP Address:127.0.0.1") != std::string::npos);
  CHECK(shown->out.find("CA:FALSE") != std::string::npos);
  const auto mode = std::filesystem::status(first->key).permissions();
  CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  std::filesystem::remove(first->key);
  CHECK(own_certificate(folder.path(), hosts));
  CHECK(certificate_fingerprint(first->certificate) != *print);
}

TEST_CASE("what follows a body that nobody reads is never taken for a request") {
  Console console;
  const std::string hidden = "GET /healthz HTTP/1.1\r\nHost: hidden\r\n\r\n";
  const auto answers = [&](const std::string& head, const std::string& body) {
    RawClient client{console.config.console.listen};
    client.write(head + "Host: console\r\n" + body);
    const auto text = client.drain();
    CHECK(client.ended());
    std::size_t count = 0;
    for (auto at = text.find("HTTP/1.1 "); at != std::string::npos;
         at = text.find("HTTP/1.1 ", at + 1)) {
      ++count;
    }
    CHECK_MESSAGE(text.find("HTTP/1.1 4") == 0, text);
    CHECK(text.find("\r\nConnection: close\r\n") != std::string::npos);
    return count;
  };
  const auto length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n";
  const std::string chunks = "Transfer-Encoding: chunked\r\n";
  const auto chunked = "27\r\n" + hidden + "\r\n0\r\n\r\n";
  for (const std::string line : {"GET /healthz HTTP/1.1\r\n", "HEAD /healthz HTTP/1.1\r\n",
                                 "OPTIONS /healthz HTTP/1.1\r\n"}) {
    CHECK(answers(line, length + "\r\n" + hidden) == 1);
    CHECK(answers(line, chunks + "\r\n" + chunked) == 1);
  }
  const std::string post = "POST /api/v1/session HTTP/1.1\r\n";
  CHECK(answers(post, length + chunks + "\r\n" + chunked) == 1);
  CHECK(answers(post, length + "Content-Length: 0\r\n\r\n" + hidden) == 1);
  CHECK(answers(post, "Content-Length: +3\r\n\r\n{} " + hidden) == 1);
  CHECK(answers(post, "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked) == 1);
  // Too large, and told only by what comes.
  const std::string large(limits::console_body_bytes_max + 1, 'x');
  CHECK(answers(post, chunks + "\r\n40001\r\n" + large + "\r\n0\r\n\r\n" + hidden) == 1);
  CHECK(console.send(api_request("GET", "/jobs")).status == 401);
}
