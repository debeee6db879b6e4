// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry notification ...`.
#pragma once

#include <string>
#include <vector>

#include "apps/source_options.hpp"

namespace ferry {

struct NotificationWords {
  std::string id;
  std::string name;
  std::string mail;     // address, or ...
  std::string webhook;  // ... URL
  std::vector<std::string> events;
  std::string job;
  TagWords tags;
  std::string secret_file;
};

void add_notification_commands(CLI::App* group, NotificationWords& words,
                               const DeclareCommand& command);

}  // namespace ferry
