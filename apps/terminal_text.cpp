// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/terminal_text.hpp"

#include <algorithm>
#include <cwchar>
#include <langinfo.h>

#include "base/text.hpp"

namespace ferry {
namespace {

/// Takes the first character of a text that is valid UTF-8.
std::string_view first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return text.substr(0, length);
}

char32_t code_point(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]);
  char32_t code = static_cast<unsigned char>(character[0]) & (0x7fU >> character.size());
  for (const char c : character.substr(1))
    code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return code;
}

/// Marks of direction, joiners, and other characters without a shape of their own.
bool hides_or_reverses(char32_t code) {
  return code == 0x00ad || code == 0x061c || code == 0x180e || code == 0xfeff ||
         (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x206f) || (code >= 0xfff9 && code <= 0xfffb) ||
         (code >= 0xe0000 && code <= 0xe0fff);
}

/// Cells of one character; -1: the terminal can't show it.
int width_of(char32_t code) {
  if (code < 0x80) return 1;
  return shows_unicode() ? ::wcwidth(static_cast<wchar_t>(code)) : -1;
}

}  // namespace

std::string harmless(std::string_view text) {
  const auto valid = escaped(text);
  std::string safe;
  for (std::string_view rest = valid; !rest.empty();) {
    const auto character = first_character(rest);
    rest.remove_prefix(character.size());
    const auto code = code_point(character);
    const bool shown = !hides_or_reverses(code) && width_of(code) >= 0;
    safe += shown ? character : "?";
  }
  return safe;
}

std::size_t cells(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    const auto character = first_character(text);
    text.remove_prefix(character.size());
    count += static_cast<std::size_t>(std::max(0, width_of(code_point(character))));
  }
  return count;
}

std::string_view beginning(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const auto character = first_character(text.substr(bytes));
    used += cells(character);
    if (used > width) break;
    bytes += character.size();
  }
  return text.substr(0, bytes);
}

std::string fitted(std::string_view text, std::size_t width) {
  auto safe = harmless(text);
  const auto all = cells(safe);
  if (all <= width) return safe.append(width - all, ' ');
  if (width == 0) return {};
  std::string cut{beginning(safe, width - 1)};
  cut.append(width - 1 - cells(cut), ' ');
  return cut + (shows_unicode() ? "\u2026" : ">");
}

bool shows_unicode() { return std::string_view{::nl_langinfo(CODESET)} == "UTF-8"; }

}  // namespace ferry
