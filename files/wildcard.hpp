// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The wildcards of filter rules, with the meaning they have in rsync: `*` stops at a slash,
// `**` does not, `?` is one byte but a slash, `[...]` a class (`[!...]` or `[^...]` its
// opposite, `[[:digit:]]` a named one), a backslash takes the next byte for itself.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ferry::files {

/// A pattern made ready. Matching takes time in the order of pattern times text, whatever
/// the pattern: the states that are possible are followed together, none is tried anew.
class Wildcard {
 public:
  /// Error: config_syntax, a class that doesn't end, an unknown class name, or a backslash
  /// before nothing. `what` names the fault only.
  [[nodiscard]] static Result<Wildcard> parse(std::string_view pattern);
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  enum class Kind : std::uint8_t { one_of, star, star_star };
  struct Token {
    Kind kind = Kind::one_of;
    std::bitset<256> bytes;  // of one_of
  };

  [[nodiscard]] static Result<Token> take_class(std::string_view& pattern);
  void pass_stars(std::vector<bool>& states) const;

  std::vector<Token> tokens_;
};

}  // namespace ferry::files
