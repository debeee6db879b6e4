// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry workgroup ...`.
#pragma once

#include <string>
#include <vector>

#include "apps/source_options.hpp"

namespace ferry {

struct WorkgroupWords {
  std::string id;
  std::string name;
  std::string description;
  TagWords tags;
  std::vector<std::string> sources;
};

void add_workgroup_commands(CLI::App* group, WorkgroupWords& words, const DeclareCommand& command);

}  // namespace ferry
