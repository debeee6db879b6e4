// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "notify/sender.hpp"

#include "base/clock.hpp"
#include "cloud/http/http_client.hpp"
#include "notify/limits.hpp"
#include "notify/mail_message.hpp"
#include "notify/mail_server.hpp"
#include "notify/webhook.hpp"

namespace ferry {
namespace {

/// True for errors that say nothing of what was sent.
bool is_unanswered(Errc code) {
  return code == Errc::unreachable || code == Errc::timeout || code == Errc::tls_refused ||
         code == Errc::key_unreadable;
}

SendResult failure(Taken taken, std::string_view why) {
  return {taken, plain_text(why, limits::notification_error_bytes_max)};
}

SendResult failure(const Error& error) {
  return failure(is_unanswered(error.code) ? Taken::unanswered : Taken::refused, error.what);
}

/// Paths of webhooks are often all that keeps strangers from using them.
std::string without_path(std::string what, const WebhookUrl& url) {
  const auto at = what.find(url.host + url.path);
  return at == std::string::npos ? what : what.erase(at + url.host.size(), url.path.size());
}

}  // namespace

SendResult NotificationSender::send(const Receiver& to, const Notification& n,
                                    std::chrono::milliseconds time,
                                    const std::stop_token& stop) const {
  return to.kind == "mail" ? send_mail(to, n, time, stop) : send_webhook(to, n, time, stop);
}

SendResult NotificationSender::send_mail(const Receiver& to, const Notification& n,
                                         std::chrono::milliseconds time,
                                         const std::stop_token& stop) const {
  if (options_.mail.server.empty()) {
    return failure(Taken::unanswered, "the cluster file names no mail server");
  }
  const MailEnvelope envelope{options_.mail.from, to.target};
  const auto message = mail_message(envelope, n, notification_link(n, options_.console_url));
  const auto sent = ferry::send_mail(options_.mail, envelope, message, time, stop);
  return sent ? SendResult{} : failure(sent.error());
}

SendResult NotificationSender::send_webhook(const Receiver& to, const Notification& n,
                                            std::chrono::milliseconds time,
                                            const std::stop_token& stop) const {
  const auto url = parse_webhook_url(to.target);
  const auto key = webhook_key(to.secret);
  if (!url || !key) return failure(url ? key.error() : url.error());
  HttpClient client{{.scheme = url->scheme,
                     .ca_file = options_.webhook.ca_file,
                     .proxy = options_.webhook.proxy}};
  const auto answer = client.send(
      webhook_request(*url, *key, n.id, webhook_body(n, notification_link(n, options_.console_url)),
                      wall_ms()),
      {.connect_timeout = limits::notification_connect_time,
       .timeout = time,
       .stall_timeout = limits::notification_send_time,
       .body_bytes_max = 0},
      stop);
  if (!answer) {
    auto error = answer.error();
    error.what = without_path(std::move(error.what), *url);
    return failure(error);
  }
  const auto what =
      "POST " + url->scheme + "://" + url->host + ": answered " + std::to_string(answer->status);
  if (answer->status >= 200 && answer->status < 300) return {};
  return failure(answer->status == 410 ? Taken::gone : Taken::refused, what);
}

}  // namespace ferry
