// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP server within the test, on a port of 127.0.0.1, with or without TLS.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "cloud/http/http_client.hpp"

namespace ferry::test {

class LoopbackServer {
 public:
  /// Answers every request; what it is given has decoded path, query and body.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  explicit LoopbackServer(Handler handler);
  /// By TLS, with a certificate for "service.test" and "localhost" that it makes in `folder`.
  LoopbackServer(Handler handler, const std::filesystem::path& folder);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::string address() const;  // "127.0.0.1:PORT"
  [[nodiscard]] static std::filesystem::path certificate_in(const std::filesystem::path& folder);

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace ferry::test
