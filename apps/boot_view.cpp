// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/boot_view.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace ferry {
namespace {

double seconds_of(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

void print(const BootCause& cause) {
  std::printf("cause: %s (%s)\n", cause.what.c_str(), cause.name.c_str());
  for (const auto& line : cause.evidence) std::printf("  | %s\n", line.c_str());
  std::printf("next step: %s\n", cause.next_step.c_str());
}

}  // namespace

BootView view_of(const BootReport& report) {
  BootView view{report.booted ? "booted" : "failed",
                std::string{firmware_name(report.firmware)},
                std::string{accelerator_name(report.accelerator)},
                seconds_of(report.ms),
                {},
                report.address,
                {},
                report.notes,
                report.last_lines};
  for (const auto& r : report.reached) {
    view.milestones.push_back({std::string{milestone_name(r.milestone)}, seconds_of(r.ms), r.line});
  }
  if (report.cause) {
    const auto& cause = *report.cause;
    view.causes.push_back({cause.name, cause.what, cause.evidence, cause.next_step});
  }
  return view;
}

void print(const Reached& reached) {
  std::printf("%7.1f s  %-16s  %s\n", seconds_of(reached.ms),
              std::string{milestone_name(reached.milestone)}.c_str(), reached.line.c_str());
}

void print(const ImageBoot& boot) {
  if (boot.outcome.empty()) return;
  if (boot.outcome == "booted") {
    std::printf("boot      proven in %.1f s (%s, %s)%s\n", boot.seconds, boot.firmware.c_str(),
                boot.accelerator.c_str(), boot.address.empty() ? ", its network is silent" : "");
  } else {
    std::printf("boot      not proven (%s): %s (%s)\n", boot.outcome.c_str(),
                printable(boot.what).c_str(), boot.cause.c_str());
  }
  for (const auto& line : boot.evidence) std::printf("  | %s\n", printable(line).c_str());
  if (!boot.next_step.empty()) std::printf("  next step: %s\n", printable(boot.next_step).c_str());
  for (const auto& m : boot.milestones) {
    std::printf("  %7.1f s  %-16s  %s\n", m.seconds, m.milestone.c_str(),
                printable(m.line).c_str());
  }
  for (const auto& note : boot.notes) std::printf("  note: %s\n", printable(note).c_str());
}

void print(const BootReport& report, const std::string& marker) {
  if (report.cause) print(*report.cause);
  if (!report.booted) {
    std::puts("last lines of the console:");
    for (const auto& line : report.last_lines) std::printf("  | %s\n", line.c_str());
  }
  std::string proof;
  for (const auto& r : report.reached) {
    if (r.milestone == (marker.empty() ? Milestone::multi_user : Milestone::marker)) proof = r.line;
  }
  const auto at = marker.empty() ? 0 : proof.find(marker);
  std::printf("%s %.1f s%s%s\n", report.booted ? "booted in" : "did not boot within",
              seconds_of(report.ms), proof.empty() ? "" : ": ",
              proof.empty() ? "" : proof.substr(at).c_str());
}

}  // namespace ferry
