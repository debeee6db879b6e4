// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Takes one notification to one receiver, once. Receivers are hostile: their answers have limits
// of size and time, and their words are for people only.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "config/cluster_config.hpp"
#include "notify/notification.hpp"

namespace ferry {

struct Receiver {
  std::string kind;    // mail or webhook
  std::string target;  // address, or URL
  std::string secret;  // of a webhook
};

enum class Taken : std::uint8_t {
  yes,
  refused,     // it answered, and did not take this one
  unanswered,  // there was no answer, so it would take no other one either
  gone,        // a webhook says that nothing will ever be taken there (410)
};
struct SendResult {
  Taken taken = Taken::yes;
  std::string why = {};  // plain_text without secrets and paths; empty if taken
};

struct SenderOptions {
  MailConfig mail;
  WebhookConfig webhook;
  std::string console_url;
};

/// Any number of threads may use it at once.
class NotificationSender {
 public:
  explicit NotificationSender(SenderOptions options) : options_(std::move(options)) {}

  /// Blocks for `time` at most, and ends within a second of a stop request.
  [[nodiscard]] SendResult send(const Receiver& to, const Notification& n,
                                std::chrono::milliseconds time, const std::stop_token& stop) const;

 private:
  [[nodiscard]] SendResult send_mail(const Receiver& to, const Notification& n,
                                     std::chrono::milliseconds time,
                                     const std::stop_token& stop) const;
  [[nodiscard]] SendResult send_webhook(const Receiver& to, const Notification& n,
                                        std::chrono::milliseconds time,
                                        const std::stop_token& stop) const;

  SenderOptions options_;
};

}  // namespace ferry
