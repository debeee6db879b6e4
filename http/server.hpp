// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An HTTP server, or HTTPS with a certificate, in the controller's process: the socket before a
// service that takes requests and gives answers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "cloud/http/http_request.hpp"

namespace ferry {

/// Writes to a client that waits for more; false once it is gone, or has read nothing for
/// limits::http_write_time.
using HttpWrite = std::function<bool(std::string_view bytes)>;
/// Is called again and again, on the thread of its request, until it returns false or the client is
/// gone. No call may take longer than about a second.
using HttpStream = std::function<bool(const HttpWrite& write)>;

struct HttpAnswer {
  int status = 200;
  std::vector<NameValue> headers;  // with a Content-Type
  std::string body;
  HttpStream stream = {};  // instead of a body
};

/// Of an answer, that the kernel keeps for a client that reads slowly.
inline constexpr int http_send_buffer_bytes = 128 * limits::kib;

struct HttpServerOptions {
  std::string name;         // "SMC endpoint", for logs and errors
  std::string listen;       // "127.0.0.1:7480"
  std::string certificate;  // PEM files, for HTTPS; both or neither
  std::string key;
  std::size_t threads = limits::http_threads;  // requests and streams that are served at once
  std::size_t body_bytes_max = 0;
  /// Answers a request; `client` is the address that it comes from. Any number of threads call.
  std::function<HttpAnswer(const HttpRequest& request, const std::string& client)> answer;
  /// Answers what never became a request, such as one that is too large.
  std::function<HttpAnswer(int status, const std::string& host)> refuse;
};

/// Decodes "a=1&b=%20+"; a plus is a blank. Errors: invalid_argument for a broken escape, and for
/// more than limits::http_parameters_max.
[[nodiscard]] Result<std::vector<NameValue>> decode_form(std::string_view text);

/// Answers on threads of its own until it is destroyed; what is being answered then is finished
/// first.
class HttpServer {
 public:
  /// Listens when it returns. Errors: address_in_use, and key_unreadable for a certificate or key
  /// that can't be used.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// "127.0.0.1:7480"
  [[nodiscard]] const std::string& address() const;

 private:
  struct Running;
  explicit HttpServer(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace ferry
