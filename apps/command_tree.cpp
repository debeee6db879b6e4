// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/command_tree.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace ferry {
namespace {

/// CLI11 tells choices as "TEXT:{on,off}", or the braces alone.
void read_type(const std::string& type, OptionFact& fact) {
  const auto open = type.find('{');
  const auto close = type.rfind('}');
  auto name = type.substr(0, type.find_first_of(":{ "));
  fact.value = name.empty() ? "TEXT" : name;
  if (open == std::string::npos || close == std::string::npos || close < open) return;
  auto rest = type.substr(open + 1, close - open - 1);
  for (std::size_t comma = 0; comma != std::string::npos; rest.erase(0, comma + 1)) {
    comma = rest.find(',');
    fact.choices.push_back(rest.substr(0, comma));
    if (comma == std::string::npos) break;
  }
}

OptionFact option_fact(const CLI::Option& option) {
  OptionFact fact;
  for (const auto& name : option.get_snames()) fact.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) fact.names.push_back("--" + name);
  if (!option.nonpositional()) fact.place = option.get_name(true);
  if (option.get_items_expected_max() > 0) {
    read_type(option.get_type_name(), fact);
    fact.values = static_cast<std::size_t>(std::max(1, option.get_type_size_min()));
  }
  fact.help = option.get_description();
  fact.usual = option.get_default_str();
  fact.variable = option.get_envname();
  fact.required = option.get_required();
  fact.repeated = option.get_expected_max() > 1;
  return fact;
}

constexpr auto all = [](const CLI::App*) { return true; };

/// Groups of options are nameless commands to CLI11.
void add_options(const CLI::App& app, std::vector<OptionFact>& facts) {
  for (const auto* option : app.get_options({})) {
    if (!option->get_group().empty()) facts.push_back(option_fact(*option));
  }
  for (const auto* sub : app.get_subcommands(all)) {
    if (sub->get_name().empty()) add_options(*sub, facts);
  }
}

CommandTree read(const CLI::App& app, std::vector<std::string> path) {
  CommandTree tree;
  path.push_back(app.get_name());
  tree.path = path;
  tree.help = app.get_description();
  // Its first line is a heading.
  tree.example = app.get_footer();
  tree.example.erase(0, tree.example.find('\n') + 1);
  add_options(app, tree.options);
  for (const auto* sub : app.get_subcommands(all)) {
    const bool hidden = sub->get_group().empty() || sub->get_name().empty();
    if (!hidden) tree.commands.push_back(read(*sub, path));
  }
  return tree;
}

}  // namespace

CommandTree command_tree(const CLI::App& app) { return read(app, {}); }

}  // namespace ferry
