// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests to cloud services, through libcurl. Whatever comes back is hostile: bodies, headers and
// times have limits, no redirect is followed (it would carry signed headers to whoever it names),
// certificates are checked, and errors tell of a request only its method, host and path.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "cloud/http/http_request.hpp"

namespace ferry {

struct HttpResponse {
  int status = 0;
  std::vector<NameValue> headers;  // names in lower case
  std::string body;

  /// The value of the first header of that name; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// How a service is reached.
struct HttpEndpoint {
  std::string scheme = "https";  // or http
  /// "ADDRESS:PORT" to connect to instead of what a request's host names, which stays the name in
  /// its header and certificate: for services behind private addresses. Usually empty.
  std::string connect_to = {};
  std::string ca_file = {};  // certificates to trust instead of the system's; usually empty
  std::string proxy = {};    // "http://HOST:PORT"; none if empty, whatever the environment says
};

struct HttpLimits {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};     // of the whole exchange
  std::chrono::seconds stall_timeout{30};        // without a byte in either direction
  std::size_t body_bytes_max = 4 * limits::mib;  // of the response; 0: only its status is wanted
};

/// Keeps its connections for the next request. Calls block; one thread at a time.
class HttpClient {
 public:
  explicit HttpClient(HttpEndpoint endpoint);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  /// Sends a request as it is, signed already, and returns whatever status came. Errors:
  /// unreachable (no connection, a broken one, a name that isn't found), timeout, tls_refused (a
  /// certificate that isn't trusted), limit_exceeded (a response beyond its limits), malformed (no
  /// HTTP, or a redirect), canceled.
  [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request, const HttpLimits& limits = {},
                                          const std::stop_token& stop = {});

 private:
  struct Handle;
  HttpEndpoint endpoint_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace ferry
