// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The console's API behind its real socket, before a real controller in this process, and clients
// of both kinds.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cloud/http/http_client.hpp"
#include "console/server.hpp"
#include "tests/smc/desk.hpp"

namespace ferry::test {

struct ApiReply {
  int status = 0;
  Json body;
  std::vector<NameValue> headers;

  [[nodiscard]] std::string error() const { return body.value("name", std::string{}); }
  [[nodiscard]] std::string header(const std::string& name) const;
};

/// A browser: with the cookie and the token of its session.
struct Browser {
  std::string cookie;
  std::string csrf;
};

class Console {
 public:
  Desk desk;
  AccessKeyCreated viewer, operator_, admin;
  ClusterConfig config;
  std::unique_ptr<HttpServer> server;

  explicit Console(int servers = 1, const std::string& tls = "auto");

  /// Stops the server and the controller, and starts both again on the same database.
  void restart();
  void start_server();

  [[nodiscard]] std::string origin() const { return "http://" + config.console.listen; }
  /// As it is; nothing is added but the host.
  [[nodiscard]] ApiReply send(HttpRequest request);
  /// "GET", "/jobs?status=Ready": below /api/v1, with a key.
  [[nodiscard]] ApiReply call(const AccessKeyCreated& key, const std::string& method,
                              const std::string& target, const Json& body = nullptr);
  /// As an admin; must succeed.
  [[nodiscard]] Json must(const std::string& method, const std::string& target,
                          const Json& body = nullptr);
  /// The same by cookie, as our own pages send it.
  [[nodiscard]] ApiReply call(const Browser& browser, const std::string& method,
                              const std::string& target, const Json& body = nullptr);
  [[nodiscard]] Browser log_in(const AccessKeyCreated& key);
  /// A Ready job of the first source server.
  [[nodiscard]] Json create_job(const std::string& name);

 private:
  HttpClient client_;
};

/// A request to a target such as "/jobs?tag=a" below /api/v1.
[[nodiscard]] HttpRequest api_request(const std::string& method, const std::string& target,
                                      const Json& body = nullptr);
/// Checks status and name of a refusal.
void check_refused(const ApiReply& reply, int status, const std::string& name);

}  // namespace ferry::test
