// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a user reads of the mistakes of a cluster file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/cluster_config.hpp"

namespace ferry::test {

inline constexpr std::string_view controller_file =
    "[cluster]\nname = 'x'\n[[node]]\nname = 'c'\nrole = 'controller'\n"
    "listen = 'tcp://127.0.0.1:7443'\n";  // six lines

inline std::vector<std::string> mistakes(std::string_view text) {
  std::vector<std::string> lines;
  const auto result = parse_config(text, "c.toml");
  if (result) return lines;
  for (const auto& error : result.error()) lines.push_back(to_string(error));
  return lines;
}

/// The mistakes of a correct file followed by `more`, which starts on line 7.
inline std::string mistake(std::string_view more) {
  const auto lines = mistakes(std::string{controller_file} + std::string{more});
  if (lines.empty()) return "none";
  return lines.size() == 1 ? lines[0] : "several: " + lines[0] + " | " + lines[1];
}

}  // namespace ferry::test
