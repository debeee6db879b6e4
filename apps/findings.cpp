// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/findings.hpp"

#include <cstdio>

namespace ferry {

void print_findings(const std::vector<Finding>& findings) {
  if (findings.empty()) std::puts("nothing stands against its migration");
  for (const auto* level : {"critical", "warning", "info"}) {
    const auto count = std::ranges::count(findings, std::string{level}, &Finding::level);
    if (count == 0) continue;
    std::printf("%s (%td)\n", level, count);
    for (const auto& finding : findings) {
      if (finding.level != level) continue;
      std::printf("  %s: %s\n", finding.name.c_str(), finding.what.c_str());
      if (!finding.evidence.empty()) std::printf("    seen: %s\n", finding.evidence.c_str());
      std::printf("    next: %s\n", finding.fix.c_str());
    }
  }
}

}  // namespace ferry
