// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry diagnose`.
#pragma once

#include "apps/diagnose_command.hpp"
#include "apps/source_options.hpp"

namespace ferry {

void add_diagnose(CLI::App* parent, DiagnoseWords& words, const DeclareCommand& command);

}  // namespace ferry
