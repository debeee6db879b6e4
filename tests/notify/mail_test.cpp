// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Notifications by mail, through a real mail server, and read by a parser that isn't ours.
#include <sstream>

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "base/free_port.hpp"
#include "notify/limits.hpp"
#include "notify/mail_message.hpp"
#include "notify/sender.hpp"
#include "tests/notify/mail_server.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

Notification failed_job() {
  Notification n;
  n.id = "msg_1";
  n.type = "error";
  n.at_ms = 1'795'000'000'000;
  n.cluster = "lab";
  n.job = "j-1";
  n.job_name = "web";
  n.source = "s-1";
  n.code = "FERRY-2005";
  n.text = "/srv: no space is left";
  n.fix = "free space";
  return n;
}

SendResult send(const MailConfig& config, const Notification& n,
                const std::string& to = "ops@example.org", std::chrono::milliseconds time = 10s) {
  const NotificationSender sender{{config, {}, "https://ferry.example.org"}};
  return sender.send({"mail", to, {}}, n, time, {});
}

/// Of the message as it goes out.
std::size_t longest_line(const std::string& message) {
  std::istringstream lines{message};
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

}  // namespace

TEST_CASE("a mail says what happened, to which job, what to do, and where to look") {
  if (!has_mail_server()) return;
  const TestMailServer server{"off"};
  REQUIRE(send(server.config(), failed_job()).taken == Taken::yes);
  CHECK(server.kept(1, "envelope").starts_with("ferry@example.org ops@example.org"));
  CHECK(server.kept(1, "subject") == "[lab] error: job web");
  const auto text = server.kept(1, "text");
  for (const auto* part : {"/srv: no space is left", "Next step: free space", "web (j-1)", "s-1",
                           "FERRY-2005", "https://ferry.example.org/#/jobs/j-1"}) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, part, " in ", text);
  }
  const auto message = server.kept(1, "eml");
  CHECK(message.find("Message-ID: <msg_1@example.org>") != std::string::npos);
  CHECK(message.find("Auto-Submitted: auto-generated") != std::string::npos);
  CHECK(message.find("Date: Wed, 18 Nov 2026 11:06:40 +0000") != std::string::npos);
}

TEST_CASE("names of others add no header, no part and no second mail, and stay readable") {
  if (!has_mail_server()) return;
  const TestMailServer server{"off"};
  auto n = failed_job();
  const std::string name =
      "w\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<x@y>\r\n\xe4\xb8\xad"
      "\xe2\x80\xae=?UTF-8?Q?x?=\xff";
  n.job_name = plain_text(name, limits::notification_word_bytes_max);
  n.text = plain_text(name + "\r\n.\r\n" + std::string(10 << 20, 'x'),
                      limits::notification_text_bytes_max);
  REQUIRE(send(server.config(), n).taken == Taken::yes);
  CHECK(server.kept(1, "headers") ==
        "From\nTo\nSubject\nDate\nMessage-ID\nAuto-Submitted\nMIME-Version\nContent-Type\n"
        "Content-Transfer-Encoding");
  CHECK(server.kept(1, "subject") ==
        "[lab] error: job w\\x0d\\x0aBcc: all@example.org\\x0d\\x0a\\x0d\\x0a.\\x0d\\x0a"
        "MAIL FROM:<x@y>\\x0d\\x0a\xe4\xb8\xad?=?UTF-8?Q?x?=\\xff");
  CHECK(server.kept(1, "text").size() < 2 * limits::notification_text_bytes_max);
  CHECK(server.kept(2, "eml").empty());
}

TEST_CASE("a message is ASCII in short lines, whatever is in it") {
  auto n = failed_job();
  for (int i = 0; i < 80; ++i) n.job_name += "\xe4\xb8\xad";
  n.text = n.job_name + n.job_name;
  const auto message = mail_message({"a@b.org", "c@d.org"}, n, "");
  CHECK(longest_line(message) <= 79);  // its CR counted
  for (const char c : message) CHECK((c == '\r' || c == '\n' || (c >= ' ' && c < 127)));
  CHECK(message.find("Console:") == std::string::npos);
}

TEST_CASE("a mail goes by TLS, after a log-in, to a server with a certificate that is trusted") {
  if (!has_mail_server()) return;
  for (const auto* tls : {"starttls", "tls"}) {
    CAPTURE(tls);
    const TestMailServer server{tls, "secret word"};
    REQUIRE(send(server.config(), failed_job()).why == "");
    CHECK(server.kept(1, "envelope") == "ferry@example.org ops@example.org True True");
  }
}

TEST_CASE("nothing is sent to a server whose certificate isn't trusted, or is another one's") {
  if (!has_mail_server()) return;
  for (const auto* tls : {"starttls", "tls"}) {
    CAPTURE(tls);
    const TestMailServer server{tls};
    auto stranger = server.config();
    stranger.ca_file.clear();
    CHECK(send(stranger, failed_job()).taken == Taken::unanswered);
    auto other = server.config();
    other.server = "127.0.0.1";
    const auto sent = send(other, failed_job());
    CHECK(sent.taken == Taken::unanswered);
    CHECK(sent.why.find("certificate") != std::string::npos);
    CHECK(server.kept(1, "eml").empty());
  }
}

TEST_CASE("a server that has no TLS gets nothing if TLS is wanted") {
  if (!has_mail_server()) return;
  const TestMailServer server{"off"};
  auto config = server.config();
  config.tls = "starttls";
  CHECK(send(config, failed_job()).taken == Taken::unanswered);
  CHECK(server.kept(1, "eml").empty());
}

TEST_CASE("a refusal is told in the server's words, without what a terminal would obey") {
  if (!has_mail_server()) return;
  const TestMailServer server{"off"};
  for (const auto* to : {"refused@example.org", "busy@example.org"}) {
    const auto sent = send(server.config(), failed_job(), to);
    CHECK(sent.taken == Taken::refused);
    CHECK(sent.why.find(std::string{to}.starts_with("busy") ? "451" : "550") != std::string::npos);
    CHECK(sent.why.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("a wrong password is a refusal, and no word of it is told") {
  if (!has_mail_server()) return;
  const TestMailServer server{"starttls", "right"};
  const auto config = server.config();
  REQUIRE(write_file_durably(config.password_file, "wr0ng-passw0rd", 0600));
  const auto sent = send(config, failed_job());
  CHECK_MESSAGE(sent.taken == Taken::refused, sent.why);
  CHECK(sent.why.find("wr0ng") == std::string::npos);
}

TEST_CASE("a password that others could read is not used") {
  if (!has_mail_server()) return;
  const TestMailServer server{"starttls", "right"};
  std::filesystem::permissions(server.config().password_file, std::filesystem::perms{0644});
  const auto sent = send(server.config(), failed_job());
  CHECK(sent.taken == Taken::unanswered);
  CHECK(server.kept(1, "eml").empty());
}

TEST_CASE("a mail server that isn't there is no answer") {
  MailConfig config{"127.0.0.1", free_port(), "off", "ferry@example.org", {}, {}, {}};
  CHECK(send(config, failed_job()).taken == Taken::unanswered);
}
