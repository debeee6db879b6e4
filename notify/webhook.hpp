// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Notifications as webhooks: JSON by POST, signed as the Standard Webhooks specification says, so
// that receivers check it with a library that is there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cloud/http/http_request.hpp"
#include "notify/notification.hpp"

namespace ferry {

struct WebhookUrl {
  std::string scheme;            // https or http
  std::string host;              // with its port, unless that is the scheme's own
  std::string path;              // decoded
  std::vector<NameValue> query;  // decoded
};

/// Errors: invalid_argument for anything but http and https, for a name or password within, for a
/// fragment, and for what is longer than limits::notification_target_bytes_max or not ASCII.
[[nodiscard]] Result<WebhookUrl> parse_webhook_url(const std::string& text);

/// "whsec_" and 24 random bytes in base64.
[[nodiscard]] std::string make_webhook_secret();
/// The bytes that sign. invalid_argument, which never has the secret in it.
[[nodiscard]] Result<std::string> webhook_key(std::string_view secret);

/// {"type", "timestamp", "data": {...}}; `link` may be empty.
[[nodiscard]] std::string webhook_body(const Notification& n, const std::string& link);

/// The request of one attempt, made at `now_ms` of the wall clock: it has that time in its
/// signature, by which a receiver refuses what somebody repeats later.
[[nodiscard]] HttpRequest webhook_request(const WebhookUrl& url, std::string_view key,
                                          const std::string& id, std::string body,
                                          std::int64_t now_ms);

}  // namespace ferry
