// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace ferry {
namespace {

constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::uint64_t unit_factor(std::string_view unit) {
  if (unit.empty() || unit == "B") return 1;
  constexpr std::string_view letters = "KMGT";
  const auto power = letters.find(unit.front());
  const auto rest = unit.substr(1);
  if (power == std::string_view::npos || !(rest.empty() || rest == "iB")) return 0;
  return std::uint64_t{1} << (10 * (power + 1));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Returns how many bytes the character at the front has; 0 if it is no UTF-8.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Too long a form, half of a surrogate pair, or beyond the last character.
  const auto second = byte(1);
  const bool wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                     (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return wrong ? 0 : length;
}

struct DurationUnit {
  std::string_view name;
  std::uint64_t ms;
};
constexpr std::array duration_units{DurationUnit{"ms", 1}, DurationUnit{"s", 1000},
                                    DurationUnit{"min", 60'000}, DurationUnit{"h", 3'600'000}};

}  // namespace

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  const auto* format = unit == 0 ? "%.0f %s" : "%.1f %s";
  std::snprintf(text.data(), text.size(), format, value, units[unit]);
  return text.data();
}

std::string human_seconds(std::int64_t seconds) {
  if (seconds < 0) return "-";
  std::array<char, 48> text{};
  const auto hours = seconds / 3600;
  const auto minutes = seconds / 60 % 60;
  if (hours > 0) {
    std::snprintf(text.data(), text.size(), "%ldh %02ldm", static_cast<long>(hours),
                  static_cast<long>(minutes));
  } else if (minutes > 0) {
    std::snprintf(text.data(), text.size(), "%ldm %02lds", static_cast<long>(minutes),
                  static_cast<long>(seconds % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%lds", static_cast<long>(seconds));
  }
  return text.data();
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  const auto factor = unit_factor(unit);
  const auto bytes = number * static_cast<double>(factor);
  if (error != std::errc{} || factor == 0 || !(bytes >= 0) || bytes > 9e18) {
    return fail(Errc::invalid_argument, "'" + std::string{text} + "' is not a size",
                "write a number with KiB, MiB, GiB or TiB, for example \"20 GiB\"");
  }
  return static_cast<std::uint64_t>(std::llround(bytes));
}

Result<std::uint64_t> parse_duration_ms(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  double factor = 0;
  for (const auto& [name, ms] : duration_units) {
    if (unit == name) factor = static_cast<double>(ms);
  }
  if (error != std::errc{} || factor == 0 || !(number >= 0) || number * factor > 9e15) {
    return fail(Errc::invalid_argument, "'" + std::string{text} + "' is not a time",
                "write a number with ms, s, min or h, for example \"1.5 s\"");
  }
  return static_cast<std::uint64_t>(std::llround(number * factor));
}

std::string duration_text(std::uint64_t ms) {
  auto best = duration_units[0];
  for (const auto& unit : duration_units) {
    if (ms != 0 && ms % unit.ms == 0) best = unit;
  }
  return std::to_string(ms / best.ms) + " " + std::string{best.name};
}

std::string utc_text(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

Result<std::int64_t> parse_utc(const std::string& text) {
  std::tm parts{};
  const auto* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  const auto seconds = end != nullptr && *end == '\0' ? ::timegm(&parts) : std::time_t{-1};
  // A day or hour that doesn't exist would come back as another one.
  if (seconds < 0 || utc_text(std::int64_t{seconds} * 1000) != text) {
    return fail(Errc::invalid_argument, "'" + text + "' is not a time",
                "write UTC, for example 2026-12-01T02:00:00Z");
  }
  return std::int64_t{seconds} * 1000;
}

std::string printable(std::string text) {
  for (auto& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f) c = '?';
  }
  return text;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    auto length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text[0]);
    const bool control =
        first < 0x20 || first == 0x7f ||
        (length == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0);
    if (length == 0 || control) {
      length = std::max<std::size_t>(length, 1);
      for (const auto c : text.substr(0, length)) {
        const auto byte = static_cast<unsigned char>(c);
        result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
      }
    } else {
      result.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return result;
}

std::string lower(std::string_view text) {
  std::string lowered{text};
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::string to_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text.push_back(digits[value >> 4]);
    text.push_back(digits[value & 15]);
  }
  return text;
}

std::string to_hex(std::string_view bytes) { return to_hex(std::as_bytes(std::span{bytes})); }

Result<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return fail(Errc::invalid_argument, "hex text of odd length");
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]);
    const int low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) return fail(Errc::invalid_argument, "not a hex digit");
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6)
      text.push_back(base64url_digits[bits >> (count - 6) & 63]);
  }
  if (count > 0) text.push_back(base64url_digits[bits << (6 - count) & 63]);
  return text;
}

Result<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto digit = base64url_digits.find(c);
    if (digit == std::string_view::npos) return fail(Errc::invalid_argument, "not base64url text");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 255));
    }
  }
  return bytes;
}

}  // namespace ferry
