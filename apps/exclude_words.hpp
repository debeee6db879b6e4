// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the words of `job create` about files that are left out mean.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace ferry {

/// All that the options write to.
struct ExcludeWords {
  std::vector<std::string> rules;  // one each
  std::vector<std::string> files;  // of rules, as rsync's --exclude-from reads them
};

/// Reads the files and checks each rule: the rules first, then those of the files. Errors:
/// config_syntax with the rule or "FILE:LINE", what is wrong and how to mend it;
/// config_unreadable; limit_exceeded.
[[nodiscard]] Result<std::vector<std::string>> exclude_rules(const ExcludeWords& words);

}  // namespace ferry
