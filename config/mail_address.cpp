// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/mail_address.hpp"

#include <algorithm>

#include "config/endpoint.hpp"

namespace ferry {
namespace {

constexpr std::size_t address_bytes_max = 254;
constexpr std::size_t name_bytes_max = 64;

/// RFC 5322 §3.2.3: an atom, and the dots between them.
bool is_of_name(char c) {
  constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~.";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         marks.find(c) != std::string_view::npos;
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || text.size() > address_bytes_max) return false;
  const auto name = text.substr(0, at);
  const auto host = text.substr(at + 1);
  return !name.empty() && name.size() <= name_bytes_max && std::ranges::all_of(name, is_of_name) &&
         name.front() != '.' && name.back() != '.' && name.find("..") == std::string_view::npos &&
         is_host(host) && host.find(':') == std::string_view::npos;
}

}  // namespace ferry
