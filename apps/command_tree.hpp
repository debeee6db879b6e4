// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The commands and options of a program as data, read from what its parser obeys: completion and
// manual pages are made of it, so they can't be out of date.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ferry {

struct OptionFact {
  std::vector<std::string> names;  // "--json"; empty: an argument, known by its place
  std::string place;               // "id", of an argument
  /// What each value is, in capitals: TEXT, FILE, FOLDER, JOB ...; empty: a flag.
  std::string value;
  std::vector<std::string> choices;  // of the value; empty: anything
  std::size_t values = 1;            // that one use of it takes
  std::string help;
  std::string usual;     // its default, as text
  std::string variable;  // of the environment, that says it as well
  bool required = false;
  bool repeated = false;
};

struct CommandTree {
  std::vector<std::string> path;  // "edgeferry", "job", "create"
  std::string help;
  std::string example;
  std::vector<OptionFact> options;  // arguments among them, in their order
  std::vector<CommandTree> commands;

  [[nodiscard]] const std::string& name() const { return path.back(); }
};

/// Without what is hidden.
[[nodiscard]] CommandTree command_tree(const CLI::App& app);

}  // namespace ferry
