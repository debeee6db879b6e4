// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A notification as a mail: plain text that any mail program shows.
#pragma once

#include <string>

#include "notify/notification.hpp"

namespace ferry {

struct MailEnvelope {
  std::string from;  // addresses, as is_mail_address has them
  std::string to;
};

/// The whole message as RFC 5322 and MIME want it, lines of at most 78 bytes that end with CR LF,
/// ASCII throughout. Whatever the notification's texts hold, they can't add a header or a part.
/// `link` may be empty.
[[nodiscard]] std::string mail_message(const MailEnvelope& envelope, const Notification& n,
                                       const std::string& link);

}  // namespace ferry
