// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry job create` and `job modify`.
#pragma once

#include "apps/commands.hpp"
#include "apps/job_words.hpp"

namespace CLI {
class App;
}

namespace ferry {

/// Those of `create` alone. `wish` has to outlive the command line.
void add_create_options(CLI::App& create, JobWords& wish);
/// Those of both.
void add_job_settings(CLI::App& sub, JobWords& wish);

/// Do what the words say.
int create_job(Operator& op, const JobWords& wish);
int modify_job(Operator& op, const std::string& job, const JobWords& wish, const CLI::App& command);

}  // namespace ferry
