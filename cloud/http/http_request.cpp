// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/http/http_request.hpp"

#include <algorithm>

namespace ferry {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

std::string encoded(std::string_view text, std::string_view also_kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    if (is_unreserved(c) || also_kept.find(c) != std::string_view::npos) {
      result.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result.push_back('%');
    result.push_back(digits[byte >> 4U]);
    result.push_back(digits[byte & 15U]);
  }
  return result;
}

bool is_word(std::string_view text, std::size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  if (name == "host") return host;
  const auto found = std::ranges::find(headers, name, &NameValue::name);
  return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

bool is_well_formed(const AccessKey& key) {
  constexpr std::size_t id_bytes_max = 128;
  constexpr std::size_t secret_bytes_max = 256;
  constexpr std::size_t token_bytes_max = 8192;
  return is_word(key.id, id_bytes_max) && is_word(key.secret, secret_bytes_max) &&
         (key.session_token.empty() || is_word(key.session_token, token_bytes_max));
}

std::string percent_encoded(std::string_view text) { return encoded(text, {}); }
std::string percent_encoded_path(std::string_view path) { return encoded(path, "/"); }

}  // namespace ferry
