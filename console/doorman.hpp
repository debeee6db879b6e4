// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who asks: by an access key in each request (Authorization: Bearer ID.SECRET), or by the cookie of
// a session that a key has opened. A browser adds its cookies to whatever any page sends here, so
// changes by cookie must also come from our own pages and carry the session's token.
#pragma once

#include <cstdint>
#include <string>

#include "cloud/http/http_request.hpp"
#include "console/rate_limits.hpp"
#include "http/controller_link.hpp"
#include "messages/access_key.hpp"

namespace ferry {

struct ConsoleUser {
  std::string access_key;
  AccessRole role = AccessRole::viewer;
  std::string session = {};  // digest of its token; empty: it came with its key
  std::string csrf = {};     // that changes by this session must carry
  std::int64_t expires_ms = 0;
};

/// A session as its browser may know it.
struct SessionView {
  std::string access_key;
  std::string role;
  std::string csrf;             // to be sent as X-CSRF-Token with each change
  std::int64_t expires_ms = 0;  // 0: it came with its key
  FERRY_FIELDS(access_key, role, csrf, expires_ms)
};
[[nodiscard]] SessionView view_of(const ConsoleUser& user);

/// What a log-in is asked with.
struct LogIn {
  std::string id;
  std::string secret;
  FERRY_FIELDS(id, secret)
};
struct LoggedIn {
  ConsoleUser user;
  std::string cookie;  // for Set-Cookie
};

struct DoormanOptions {
  bool tls = false;
  std::uint16_t port = 0;  // of its own address: cookies don't know ports
};

/// Any thread may call.
class Doorman {
 public:
  Doorman(ControllerLink controller, DoormanOptions options)
      : controller_(std::move(controller)), options_(options) {}

  /// Errors: not_logged_in; too_many_requests after failures.
  [[nodiscard]] Result<ConsoleUser> who(const HttpRequest& request, const std::string& client);
  /// As who, for one who has been let in; not_logged_in once the session or its key has ended.
  [[nodiscard]] Result<ConsoleUser> again(const ConsoleUser& user) const;
  /// For what changes something: cross_site unless its own key came with it, or both the origin and
  /// the token of its session are right.
  [[nodiscard]] Result<> check_change(const HttpRequest& request, const ConsoleUser& user) const;
  /// cross_site for a page of somebody else.
  [[nodiscard]] Result<> check_origin(const HttpRequest& request) const;

  /// The key that belongs to both words. Errors as of who.
  [[nodiscard]] Result<ConsoleUser> check_key(const LogIn& words, const std::string& client);
  /// Opens a session of this user, durably. limit_exceeded if there are too many.
  [[nodiscard]] Result<LoggedIn> log_in(const ConsoleUser& user) const;
  /// Ends the session, durably; returns what makes the browser forget its cookie.
  [[nodiscard]] Result<std::string> log_out(const ConsoleUser& user) const;

 private:
  [[nodiscard]] Result<ConsoleUser> by_token(const std::string& token) const;
  [[nodiscard]] std::string cookie(const std::string& token, std::int64_t seconds) const;
  [[nodiscard]] std::string cookie_name() const;

  ControllerLink controller_;
  DoormanOptions options_;
  RateLimit failures_{limits::failed_logins_per_second, limits::failed_logins_burst};
};

}  // namespace ferry
