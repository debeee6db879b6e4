// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes a bundle of diagnostics, which the controller makes, to a file of this host.
#pragma once

#include <string>

#include "apps/commands.hpp"

namespace ferry {

struct DiagnoseWords {
  std::string job;
  std::string file;  // empty: as the controller calls it
};

/// Of one job. A file that exists is left as it is.
int diagnose_job(Operator& op, const DiagnoseWords& words);

}  // namespace ferry
