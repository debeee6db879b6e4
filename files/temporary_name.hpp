// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The names under which files are written at the target until they are complete. They can be
// told from all others, so what a crash left is found and removed by the next pass.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry::files {

class TemporaryNames {
 public:
  TemporaryNames() {
    const auto bytes = random_bytes(token_digits / 2);
    token_ = to_hex(std::as_bytes(std::span{bytes}));
  }

  /// Returns a name that no other writer has chosen.
  [[nodiscard]] std::string next() {
    return std::string{prefix}.append(token_).append("-").append(std::to_string(count_++));
  }
  [[nodiscard]] static bool is_one(std::string_view name) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (!name.starts_with(prefix)) return false;
    name.remove_prefix(prefix.size());
    const auto dash = name.find_first_not_of(digits);
    return dash == token_digits && name[dash] == '-' && name.size() > dash + 1 &&
           name.find_first_not_of(digits.substr(0, 10), dash + 1) == std::string_view::npos;
  }

 private:
  static constexpr std::string_view prefix = ".edgeferry-part-";
  static constexpr std::size_t token_digits = 16;

  std::string token_;
  std::uint64_t count_ = 0;
};

}  // namespace ferry::files
