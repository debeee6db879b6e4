// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/bucket.hpp"

#include <algorithm>

namespace ferry {
namespace {

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '/';
}

bool is_good_key_part(std::string_view name) {
  return !name.empty() && name.size() <= key_name_bytes_max && name != "." &&
         name.find("..") == std::string_view::npos;
}

}  // namespace

Result<> check_key(std::string_view key) {
  const auto refused = [&](std::string why) {
    // A hostile key is not repeated in a message that reaches logs and terminals.
    return fail(Errc::invalid_argument,
                "object key of " + std::to_string(key.size()) + " bytes: " + std::move(why),
                "use 1 to 1023 letters, digits and . _ - / in names of at most 200 bytes");
  };
  if (key.empty() || key.size() > key_bytes_max) return refused("wrong length");
  if (!std::ranges::all_of(key, is_key_character)) return refused("character not allowed");
  for (auto rest = key;;) {
    const auto slash = rest.find('/');
    if (!is_good_key_part(rest.substr(0, slash)))
      return refused("name between slashes not allowed");
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace ferry
