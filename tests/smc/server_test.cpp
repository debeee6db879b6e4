// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The service behind its socket, asked through a real HTTP client.
#include "smc/server.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/free_port.hpp"
#include "base/subprocess.hpp"
#include "cloud/http/http_client.hpp"
#include "cloud/signing/rpc_signature.hpp"
#include "tests/smc/desk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

class Socket {
 public:
  Desk& desk;
  SmcConfig config;
  std::unique_ptr<HttpServer> server;
  HttpClient client;

  explicit Socket(Desk& of, SmcConfig with = {}, HttpEndpoint endpoint = {.scheme = "http"})
      : desk(of), config(std::move(with)), client(std::move(endpoint)) {
    config.listen = "127.0.0.1:" + std::to_string(free_port());
    auto started = start_smc_server(
        config, std::make_unique<SmcService>(*desk.live, *desk.bridge, desk.config));
    REQUIRE_MESSAGE(started, (started ? "" : to_string(started.error())));
    server = std::move(*started);
  }

  /// With the host that it is really sent to.
  HttpRequest signed_for(const std::string& action, Words parameters, std::string body = {}) {
    auto request = desk.acs3(action, std::move(parameters));
    request.host = config.listen;
    request.body = std::move(body);
    sign_again(request, desk.full);
    return request;
  }
};

}  // namespace

TEST_CASE("a request over a socket is answered as it is without one") {
  Desk desk;
  Socket socket{desk};
  const auto answer = socket.client.send(
      socket.signed_for("DescribeSourceServers", {{"SourceId.1", desk.sources[0]}}));
  REQUIRE_MESSAGE(answer, (answer ? "" : to_string(answer.error())));
  CHECK(answer->status == 200);
  CHECK(answer->header("content-type") == "application/json;charset=utf-8");
  const auto body = Json::parse(answer->body);
  CHECK(body["TotalCount"] == 1);
  CHECK(answer->header("x-acs-request-id") == body["RequestId"].get<std::string>());
  // A name with everything that is encoded in one way or another.
  auto form = desk.rpc("DescribeSourceServers", {{"Name", "a b+c&d=e%~*\u65e5"}}, "POST");
  form.host = socket.config.listen;
  const auto none = socket.client.send(form);
  REQUIRE(none);
  CHECK(Json::parse(none->body)["TotalCount"] == 0);
}

TEST_CASE("what never becomes a request is refused in the API's form") {
  Desk desk;
  Socket socket{desk};
  const auto refused = [&](HttpRequest request, int status) {
    request.host = socket.config.listen;
    const auto answer = socket.client.send(request);
    REQUIRE_MESSAGE(answer, (answer ? "" : to_string(answer.error())));
    CHECK(answer->status == status);
    CHECK(Json::parse(answer->body).contains("Code"));
  };
  refused(socket.signed_for("DescribeSourceServers", {},
                            std::string(limits::smc_body_bytes_max + 1, 'x')),
          413);
  refused(make_request("PUT", {}, {}, "x"), 404);
  auto elsewhere = make_request("GET");
  elsewhere.path = "/other";
  refused(elsewhere, 404);
  elsewhere.path = "/" + std::string(8000, 'p');
  refused(elsewhere, 404);
  refused(make_request("GET", {{"Name", std::string(20'000, 'x')}}), 414);
  refused(make_request("GET"), 400);
  CHECK(socket.client.send(socket.signed_for("ListAccessTokens", {}))->status == 200);
}

TEST_CASE("connections that say nothing don't keep others from being answered") {
  Desk desk;
  Socket socket{desk};
  std::vector<Fd> silent;
  const auto colon = socket.config.listen.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port =
      htons(static_cast<std::uint16_t>(std::stoi(socket.config.listen.substr(colon + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (std::size_t i = 0; i < limits::http_threads + 2; ++i) {
    silent.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(silent.back().get(), reinterpret_cast<const sockaddr*>(&address),
                      sizeof address) == 0);
  }
  const auto answer = socket.client.send(socket.signed_for("ListAccessTokens", {}));
  REQUIRE_MESSAGE(answer, (answer ? "" : to_string(answer.error())));
  CHECK(answer->status == 200);
}

TEST_CASE("with a certificate it speaks TLS") {
  Desk desk;
  const auto folder = desk.folder.path();
  const auto made =
      run({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                    (folder / "key.pem").string(), "-out", (folder / "certificate.pem").string()}});
  REQUIRE((made && made->exit_code == 0));
  const SmcConfig with{"", (folder / "certificate.pem").string(), (folder / "key.pem").string()};
  Socket socket{desk, with, {.scheme = "https", .ca_file = with.certificate}};
  const auto answer = socket.client.send(socket.signed_for("ListAccessTokens", {}));
  REQUIRE_MESSAGE(answer, (answer ? "" : to_string(answer.error())));
  CHECK(answer->status == 200);
}

TEST_CASE("a port that is taken, and files that are no certificate, are refused at the start") {
  Desk desk;
  Socket socket{desk};
  const auto again = start_smc_server(
      socket.config, std::make_unique<SmcService>(*desk.live, *desk.bridge, desk.config));
  REQUIRE(!again);
  CHECK(again.error().code == Errc::address_in_use);
  SmcConfig wrong{"127.0.0.1:" + std::to_string(free_port()), "/dev/null", "/dev/null"};
  const auto no_tls =
      start_smc_server(wrong, std::make_unique<SmcService>(*desk.live, *desk.bridge, desk.config));
  REQUIRE(!no_tls);
  CHECK(no_tls.error().code == Errc::key_unreadable);
}
