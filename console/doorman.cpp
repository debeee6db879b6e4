// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/doorman.hpp"

#include <openssl/crypto.h>

#include "actors/controller/access_keys.hpp"
#include "actors/controller/sessions.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t credential_bytes_max = 256;
constexpr std::string_view bearer = "Bearer ";

/// By digests, which are of one length: how long the comparison takes tells nothing.
bool same(std::string_view a, std::string_view b) {
  const auto left = sha256(a);
  const auto right = sha256(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

/// Follows from the session's token, which no page can read, and doesn't lead back to it.
std::string csrf_of(const std::string& token) { return to_hex(sha256("csrf of " + token)); }

tl::unexpected<Error> not_logged_in(std::string what) {
  return fail(Errc::not_logged_in, std::move(what));
}

/// The value of a cookie; empty if there is none.
std::string cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    auto pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), pair.size() + 1));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return std::string{pair.substr(equals + 1)};
    }
  }
  return {};
}

}  // namespace

SessionView view_of(const ConsoleUser& user) {
  return {user.access_key, std::string{to_string(user.role)}, user.csrf, user.expires_ms};
}

Result<ConsoleUser> Doorman::who(const HttpRequest& request, const std::string& client) {
  const auto authorization = request.header("authorization");
  if (authorization.starts_with(bearer)) {
    const auto words = authorization.substr(bearer.size());
    const auto dot = words.find('.');
    if (dot == std::string_view::npos) return not_logged_in("the key has no secret: ID.SECRET");
    return check_key({std::string{words.substr(0, dot)}, std::string{words.substr(dot + 1)}},
                     client);
  }
  const auto token = cookie_value(request.header("cookie"), cookie_name());
  if (token.empty()) return not_logged_in("the request has neither a session nor an access key");
  return by_token(token);
}

Result<ConsoleUser> Doorman::by_token(const std::string& token) const {
  if (token.size() > credential_bytes_max) return not_logged_in("that is no session");
  ConsoleUser user;
  user.session = sha256(token);
  user.csrf = csrf_of(token);
  return again(user);
}

Result<ConsoleUser> Doorman::again(const ConsoleUser& user) const {
  auto now = user;
  if (!user.session.empty()) {
    const auto found = controller_.ask<FoundSession>("sessions", FindSession{user.session});
    if (!found) return fail(found.error());
    if (found->access_key.empty()) return not_logged_in("the session has ended");
    now.access_key = found->access_key;
    now.expires_ms = found->expires_ms;
  }
  const auto key = controller_.ask<FoundAccessKey>("access_keys", FindAccessKey{now.access_key});
  if (!key) return fail(key.error());
  const auto role = access_role(key->role);
  if (!key->known || !key->enabled || !role) {
    return not_logged_in("access key " + now.access_key + " is not in use any more");
  }
  now.role = *role;
  return now;
}

Result<ConsoleUser> Doorman::check_key(const LogIn& words, const std::string& client) {
  if (words.id.size() > credential_bytes_max || words.secret.size() > credential_bytes_max) {
    return not_logged_in("that is no access key");
  }
  const auto key = controller_.ask<FoundAccessKey>("access_keys", FindAccessKey{words.id});
  if (!key) return fail(key.error());
  // Each key of a client counts by itself: whoever guesses at one keeps nobody from using another.
  const auto who = client + " " + (key->known ? words.id : "");
  if (const auto wait_ms = failures_.wait(who, steady_ms()); wait_ms > 0) {
    return fail(Errc::too_many_requests, "too many log-ins have failed",
                "wait for " + std::to_string((wait_ms + 999) / 1000) + " s");
  }
  const bool right = same(words.secret, key->secret) && key->enabled && !key->secret.empty();
  const auto role = access_role(key->role);
  if (!right || !role) {
    (void)failures_.take(who, steady_ms());
    return not_logged_in("there is no such access key, or its secret is another one");
  }
  return ConsoleUser{words.id, *role};
}

Result<LoggedIn> Doorman::log_in(const ConsoleUser& user) const {
  const auto token = to_base64url(random_bytes(token_bytes));
  LoggedIn done{user, cookie(token, std::chrono::seconds{limits::session_time_max}.count())};
  done.user.session = sha256(token);
  done.user.csrf = csrf_of(token);
  const auto opened =
      controller_.ask<OpenedSession>("sessions", OpenSession{done.user.session, user.access_key});
  if (!opened) return fail(opened.error());
  done.user.expires_ms = opened->expires_ms;
  return done;
}

Result<std::string> Doorman::log_out(const ConsoleUser& user) const {
  const auto closed = controller_.ask<Done>("sessions", CloseSession{user.session});
  if (!closed) return fail(closed.error());
  return cookie("", 0);
}

Result<> Doorman::check_origin(const HttpRequest& request) const {
  auto origin = request.header("origin");
  // Where something before us does the encryption, we can't know how the browser came.
  const std::string_view secure = "https://";
  const std::string_view plain = "http://";
  if (origin.starts_with(secure))
    origin.remove_prefix(secure.size());
  else if (!options_.tls && origin.starts_with(plain))
    origin.remove_prefix(plain.size());
  else
    return fail(Errc::cross_site, "the request does not come from the console's own pages");
  if (!request.host.empty() && origin == request.host) return {};
  return fail(Errc::cross_site, "the request comes from a page of another origin");
}

Result<> Doorman::check_change(const HttpRequest& request, const ConsoleUser& user) const {
  if (user.session.empty()) return {};
  if (auto own = check_origin(request); !own) return own;
  if (same(request.header("x-csrf-token"), user.csrf)) return {};
  return fail(Errc::cross_site, "the request lacks the token of its session, X-CSRF-Token");
}

std::string Doorman::cookie_name() const {
  return "edgeferry_session_" + std::to_string(options_.port);
}

std::string Doorman::cookie(const std::string& token, std::int64_t seconds) const {
  return cookie_name() + "=" + token + "; Path=/; Max-Age=" + std::to_string(seconds) +
         "; HttpOnly; SameSite=Strict" + (options_.tls ? "; Secure" : "");
}

}  // namespace ferry
