// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the words of commands about files that are left out mean, and how they are shown.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace ferry {

/// One word of the command line.
struct ExcludeWord {
  bool is_file = false;
  std::string text;  // a rule, or a file of rules as rsync's --exclude-from reads them
};
using ExcludeWords = std::vector<ExcludeWord>;

/// Reads the files and checks each rule. They come in the order of the words, which is that in
/// which they decide. Errors: config_syntax with the rule or "FILE:LINE", what is wrong and how to
/// mend it; config_unreadable; limit_exceeded.
[[nodiscard]] Result<std::vector<std::string>> exclude_rules(const ExcludeWords& words);
/// Prints them, one a line, nothing for none.
void print_excludes(const std::vector<std::string>& rules);

}  // namespace ferry
