// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What was found on an image that keeps it from booting elsewhere, or may.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ferry {

enum class FindingLevel : std::uint8_t {
  info,
  warning,   // it boots, but something is missing or slow
  critical,  // it does not boot
};

struct ImageFinding {
  FindingLevel level = FindingLevel::critical;
  std::string name;  // stable, for programs: "fstab_device_missing"
  std::string what;
  std::string evidence;  // file and line, or what was looked for
  std::string remedy;
};

[[nodiscard]] constexpr std::string_view level_name(FindingLevel level) {
  constexpr std::string_view names[] = {"info", "warning", "critical"};
  return names[static_cast<std::size_t>(level)];
}

[[nodiscard]] inline bool has_critical(const std::vector<ImageFinding>& findings) {
  return std::ranges::any_of(
      findings, [](const ImageFinding& f) { return f.level == FindingLevel::critical; });
}

}  // namespace ferry
