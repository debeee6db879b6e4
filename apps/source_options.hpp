// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry source modify` and `source delete`, and of `edgeferry accesskey ...`.
#pragma once

#include <functional>
#include <string>

#include "apps/commands.hpp"
#include "apps/tag_words.hpp"

namespace CLI {
class App;
}

namespace ferry {

struct SourceWords {
  ModifySource change;
  TagWords tags;
  DeleteSource deletion;
};

struct AccessKeyWords {
  CreateAccessKey wish;
  std::string secret_file;
  std::string id;  // of the key that a command is about
  ListAudit audit;
};

/// Declares a command of a group that needs a controller; returns it for its options.
using DeclareCommand =
    std::function<CLI::App*(CLI::App* group, const std::string& name, const std::string& help,
                            std::function<int(Operator&)> run)>;

void add_source_changes(CLI::App* source, SourceWords& words, const DeclareCommand& command);
void add_access_key_commands(CLI::App* group, AccessKeyWords& words, const DeclareCommand& command);

}  // namespace ferry
