// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "notify/notification.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

/// Marks, embeddings, overrides and isolates of direction, and the separators of lines that are no
/// control characters, in UTF-8.
constexpr auto turning = std::to_array<std::string_view>(
    {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaa",
     "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7",
     "\xe2\x81\xa8", "\xe2\x81\xa9"});

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string plain_text(std::string_view text, std::size_t bytes_max) {
  // Escapes make it longer and never shorter, so what comes behind can't be within.
  auto plain = escaped(text.substr(0, bytes_max + 4));
  for (const auto mark : turning) {
    for (auto at = plain.find(mark); at != std::string::npos; at = plain.find(mark, at)) {
      plain.replace(at, mark.size(), "?");
    }
  }
  if (plain.size() <= bytes_max) return plain;
  auto end = bytes_max;
  while (end > 0 && continues_a_character(plain[end])) --end;
  plain.resize(end);
  return plain;
}

std::string notification_id(std::string_view notification, std::string_view event) {
  const auto digest = sha256(std::string{notification} + '\n' + std::string{event});
  return "msg_" + to_hex(std::string_view{digest}.substr(0, 16));
}

std::string notification_link(const Notification& n, const std::string& console_url) {
  if (console_url.empty()) return {};
  if (!n.job.empty()) return console_url + "/#/jobs/" + n.job;
  return n.source.empty() ? std::string{} : console_url + "/#/sources/" + n.source;
}

}  // namespace ferry
