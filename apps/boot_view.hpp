// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Boot trials as people and programs see them.
#pragma once

#include <string>
#include <vector>

#include "boot/boot_trial.hpp"
#include "messages/record.hpp"

namespace ferry {

struct MilestoneView {
  std::string milestone;
  double seconds = 0;
  std::string line;
  FERRY_FIELDS(milestone, seconds, line)
};

struct CauseView {
  std::string name;
  std::string what;
  std::vector<std::string> evidence;
  std::string next_step;
  FERRY_FIELDS(name, what, evidence, next_step)
};

struct BootView {
  std::string verdict;  // "booted", "failed"
  std::string firmware;
  std::string accelerator;
  double seconds = 0;
  std::vector<MilestoneView> milestones;
  std::string address;
  std::vector<CauseView> causes;  // why it failed, or why its network is silent
  std::vector<std::string> notes;
  std::vector<std::string> last_lines;
  FERRY_FIELDS(verdict, firmware, accelerator, seconds, milestones, address, causes, notes,
               last_lines)
};

[[nodiscard]] BootView view_of(const BootReport& report);
void print(const Reached& reached);
void print(const BootReport& report, const std::string& marker);

}  // namespace ferry
