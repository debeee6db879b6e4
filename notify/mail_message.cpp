// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "notify/mail_message.hpp"

#include <array>
#include <ctime>

#include "cloud/signing/mac.hpp"
#include "notify/limits.hpp"

namespace ferry {
namespace {

constexpr std::string_view line_end = "\r\n";
/// Bytes whose base64 is one line of a body, and one encoded word: a line that has one is of 76
/// characters at most (RFC 2047 §2), the header's name counted.
constexpr std::size_t body_line_bytes = 57;
constexpr std::size_t word_bytes = 39;

/// The end of a piece of at most `count` bytes that divides no character.
std::size_t piece_end(std::string_view text, std::size_t begin, std::size_t count) {
  auto end = std::min(text.size(), begin + count);
  while (end < text.size() && end > begin &&
         (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return end;
}

/// Always encoded: no character of it can mean anything in a header then.
std::string encoded_words(std::string_view text) {
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = piece_end(text, at, word_bytes);
    words.append(at == 0 ? "" : "\r\n ");
    words.append("=?UTF-8?B?").append(to_base64(text.substr(at, end - at))).append("?=");
    at = end;
  }
  return words;
}

std::string encoded_body(std::string_view text) {
  std::string body;
  for (std::size_t at = 0; at < text.size(); at += body_line_bytes) {
    body.append(to_base64(text.substr(at, body_line_bytes))).append(line_end);
  }
  return body;
}

/// RFC 5322 §3.3, in the English words that it wants, whatever the locale.
std::string mail_date(std::int64_t unix_ms) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm t{};
  gmtime_r(&seconds, &t);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %d %02d:%02d:%02d +0000",
                days.at(static_cast<std::size_t>(t.tm_wday)), t.tm_mday,
                months.at(static_cast<std::size_t>(t.tm_mon)), t.tm_year + 1900, t.tm_hour,
                t.tm_min, t.tm_sec);
  return text.data();
}

std::string subject_of(const Notification& n) {
  auto subject = "[" + n.cluster + "] " + n.type;
  if (!n.job.empty()) return subject + ": job " + (n.job_name.empty() ? n.job : n.job_name);
  return n.source.empty() ? subject : subject + ": source server " + n.source;
}

std::string text_of(const Notification& n, const std::string& link) {
  auto text = n.text + "\n";
  if (!n.fix.empty()) text += "\nNext step: " + n.fix + "\n";
  text += "\n";
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text.append(name).append(value).append("\n");
  };
  add("Cluster:       ", n.cluster);
  add("Job:           ",
      n.job.empty() || n.job_name.empty() ? n.job : n.job_name + " (" + n.job + ")");
  add("Source server: ", n.source);
  add("Image:         ", n.image);
  add("Error:         ", n.code);
  add("Console:       ", link);
  return text;
}

}  // namespace

std::string mail_message(const MailEnvelope& envelope, const Notification& n,
                         const std::string& link) {
  const auto host = envelope.from.substr(envelope.from.find('@') + 1);
  std::string message;
  const auto header = [&](std::string_view name, std::string_view value) {
    message.append(name).append(": ").append(value).append(line_end);
  };
  header("From", "edgeferry <" + envelope.from + ">");
  header("To", "<" + envelope.to + ">");
  header("Subject", encoded_words(subject_of(n)));
  header("Date", mail_date(n.at_ms));
  header("Message-ID", "<" + n.id + "@" + host + ">");
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "base64");
  return message.append(line_end).append(encoded_body(text_of(n, link)));
}

}  // namespace ferry
