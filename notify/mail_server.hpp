// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Hands a message to the mail server of the cluster file, by SMTP.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "base/error.hpp"
#include "config/cluster_config.hpp"
#include "notify/mail_message.hpp"

namespace ferry {

/// Returns once the server has taken the message over. Blocks for `time` at most, and ends within a
/// second of a stop request. Errors: notification_refused with the server's own words;
/// unreachable, timeout, tls_refused; key_unreadable for the file of the password; canceled.
[[nodiscard]] Result<> send_mail(const MailConfig& config, const MailEnvelope& envelope,
                                 const std::string& message, std::chrono::milliseconds time,
                                 const std::stop_token& stop);

}  // namespace ferry
