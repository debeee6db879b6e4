// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry source import-ecs`, `ecs-instances`, `ecs-imports`, `ecs-cancel` and
// `ecs-retry`.
#pragma once

#include <string>
#include <vector>

#include "apps/source_options.hpp"
#include "messages/ecs_import.hpp"

namespace ferry {

struct EcsImportWords {
  ListEcsInstances looked;
  CreateEcsImport wish;
  TagWords tags;
  bool wait = false;
  std::string id;
  std::vector<std::string> instances;
};

void add_ecs_import_commands(CLI::App* source, EcsImportWords& words,
                             const DeclareCommand& command);

}  // namespace ferry
