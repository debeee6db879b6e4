// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry job ...`.
#pragma once

#include <cstdint>
#include <string>

#include "apps/commands.hpp"
#include "apps/job_words.hpp"
#include "apps/list_filter.hpp"
#include "apps/source_options.hpp"
#include "apps/watch.hpp"

namespace CLI {
class App;
}

namespace ferry {

/// All that options of the group write to.
struct JobCommandWords {
  std::string id;
  JobWords wish;
  ListFilter listed;
  std::string certificate_file;
  WatchWords watched;
  std::uint64_t after = 0;  // number of an event
  bool sync_data = false;
};

void add_job_commands(CLI::App* group, JobCommandWords& words, const DeclareCommand& command);

// -- parts: the options of `job create` and of `job modify` ----------------------------

/// What only a new job is told.
void add_create_options(CLI::App& create, JobWords& wish);
/// What a job is told when it is made, or later.
void add_job_settings(CLI::App& sub, JobWords& wish);

int create_job(Operator& op, const JobWords& wish);
int modify_job(Operator& op, const std::string& job, const JobWords& wish, const CLI::App& command);

}  // namespace ferry
