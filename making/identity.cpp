// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "making/identity.hpp"

#include <algorithm>
#include <cctype>

namespace ferry {
namespace {

bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

}  // namespace

bool is_uuid(std::string_view text) {
  constexpr std::size_t length = 36;
  if (text.size() != length) return false;
  for (std::size_t i = 0; i < length; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_uuid_or_empty(std::string_view text) { return text.empty() || is_uuid(text); }

bool is_dos_id(std::string_view text) {
  return text.size() == 10 && text.starts_with("0x") && std::ranges::all_of(text.substr(2), is_hex);
}

bool is_label(std::string_view text, std::size_t bytes_max) {
  const auto printable = [](unsigned char c) { return c >= 0x20 && c != 0x7f; };
  return text.size() <= bytes_max && std::ranges::all_of(text, printable);
}

}  // namespace ferry
