// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud/loopback_server.hpp"

#include <httplib.h>
#include <thread>

#include <doctest/doctest.h>

#include "base/subprocess.hpp"
#include "tests/cloud/received_request.hpp"

namespace ferry::test {
namespace {

HttpRequest request_of(const httplib::Request& from) {
  auto request = received_request(from);
  request.body = from.body;
  return request;
}

void make_certificate(const std::filesystem::path& folder) {
  const auto made =
      run({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=service.test", "-addext", "subjectAltName=DNS:service.test,DNS:localhost",
                    "-keyout", (folder / "key.pem").string(), "-out",
                    LoopbackServer::certificate_in(folder).string()}});
  REQUIRE_MESSAGE((made && made->exit_code == 0), (made ? made->err : made.error().what));
}

}  // namespace

struct LoopbackServer::Running {
  std::unique_ptr<httplib::Server> server;
  int port = 0;
  std::jthread thread;

  Running(std::unique_ptr<httplib::Server> made, Handler handler) : server(std::move(made)) {
    const auto answer = [handler = std::move(handler)](const httplib::Request& from,
                                                       httplib::Response& to) {
      const auto response = handler(request_of(from));
      if (response.status != 200) to.status = response.status;  // else 206 for a range, by itself
      for (const auto& [name, value] : response.headers) to.set_header(name.c_str(), value);
      to.set_content(response.body, "text/plain");
    };
    server->Get(".*", answer).Post(".*", answer).Put(".*", answer).Delete(".*", answer);
    port = server->bind_to_any_port("127.0.0.1");
    thread = std::jthread{[this] { server->listen_after_bind(); }};
    while (!server->is_running()) std::this_thread::yield();
  }
  ~Running() { server->stop(); }
};

LoopbackServer::LoopbackServer(Handler handler)
    : running_(std::make_unique<Running>(std::make_unique<httplib::Server>(), std::move(handler))) {
}

LoopbackServer::LoopbackServer(Handler handler, const std::filesystem::path& folder) {
  make_certificate(folder);
  running_ =
      std::make_unique<Running>(std::make_unique<httplib::SSLServer>(certificate_in(folder).c_str(),
                                                                     (folder / "key.pem").c_str()),
                                std::move(handler));
}

LoopbackServer::~LoopbackServer() = default;

std::string LoopbackServer::address() const {
  return "127.0.0.1:" + std::to_string(running_->port);
}

std::filesystem::path LoopbackServer::certificate_in(const std::filesystem::path& folder) {
  return folder / "certificate.pem";
}

}  // namespace ferry::test
