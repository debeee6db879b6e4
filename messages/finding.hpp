// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pre-flight says of a source server.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/record.hpp"

namespace ferry {

struct Finding {
  std::uint16_t code = 0;  // the Errc with which a critical one refuses a job
  std::string what;
  std::string fix;
  std::string level = "critical";  // info, warning or critical
  std::string name = {};           // stable, such as "file_system_full"; see docs/preflight.md
  std::string evidence = {};       // what was seen, with the numbers
  FERRY_FIELDS(code, what, fix, level, name, evidence)
};

[[nodiscard]] inline bool is_critical(const Finding& finding) {
  return finding.level == "critical";
}
[[nodiscard]] inline bool has_critical(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings, is_critical);
}

/// Success, or the first critical finding as the error that refuses to go on.
[[nodiscard]] inline Result<> check_findings(const std::vector<Finding>& findings) {
  const auto first = std::ranges::find_if(findings, is_critical);
  if (first == findings.end()) return {};
  const auto evidence = first->evidence.empty() ? "" : ": " + first->evidence;
  return fail(static_cast<Errc>(first->code), first->what + evidence, first->fix);
}

}  // namespace ferry
