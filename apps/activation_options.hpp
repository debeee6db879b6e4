// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry activation ...`.
#pragma once

#include <string>

#include "apps/source_options.hpp"

namespace ferry {

struct ActivationWords {
  CreateActivation wish;
  TagWords tags;
  std::string code_file;
  std::string id;
  bool wget = false;
};

void add_activation_commands(CLI::App* group, ActivationWords& words,
                             const DeclareCommand& command);

}  // namespace ferry
