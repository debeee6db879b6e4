// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "diagnostics/secret_forms.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace ferry {
namespace {

/// Fewer characters of base64 are found in too much that is no secret.
constexpr std::size_t base64_core_min = 8;

std::string upper(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// What base64 of any text has in it that has the secret at an offset of `before` bytes, modulo 3.
std::string base64_core(std::string_view secret, std::size_t before) {
  const auto all = to_base64url(std::string(before, '\0').append(secret));
  const std::size_t head = before == 0 ? 0 : before + 1;  // with bits of what is before
  const auto whole = (before + secret.size()) * 8 / 6;    // without bits of what is behind
  return whole > head ? all.substr(head, whole - head) : std::string{};
}

std::string other_alphabet(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  return text;
}

bool is_unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

std::string url_escaped(std::string_view secret) {
  std::string text;
  for (const char c : secret) {
    if (is_unreserved(c))
      text += c;
    else
      text.append("%").append(upper(to_hex(std::string_view{&c, 1})));
  }
  return text;
}

std::string json_escaped(std::string_view secret) {
  std::string text;
  for (const char c : secret) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

std::vector<std::string> secret_forms(std::string_view secret) {
  std::vector<std::string> forms{std::string{secret}, to_hex(secret), upper(to_hex(secret)),
                                 url_escaped(secret), json_escaped(secret)};
  for (std::size_t before = 0; before < 3; ++before) {
    auto core = base64_core(secret, before);
    if (core.size() < base64_core_min) continue;
    forms.push_back(other_alphabet(core));
    forms.push_back(std::move(core));
  }
  std::ranges::sort(forms);
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  return forms;
}

}  // namespace ferry
