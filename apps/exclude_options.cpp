// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/exclude_options.hpp"

#include <cstddef>

#include <CLI/CLI.hpp>

namespace ferry {
namespace {

/// An option that may come more than once, with one text each time.
CLI::Option* add_repeated(CLI::App& command, const std::string& name, const std::string& help) {
  const auto take = [](const CLI::results_t&) { return true; };
  return command.add_option(name, take, help)
      ->type_name("TEXT")
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(false);
}

}  // namespace

void add_exclude_options(CLI::App& command, ExcludeWords& words) {
  const auto* rule = add_repeated(
      command, "--exclude", "Rule of rsync for files that are left out, from the server's root");
  auto* file = add_repeated(command, "--exclude-from", "File of such rules, one a line");
  file->type_name("FILE");
  command.parse_complete_callback([&command, &words, rule, file] {
    std::size_t rules = 0;
    std::size_t files = 0;
    for (const auto* option : command.parse_order()) {
      if (option == rule) words.push_back({false, rule->results().at(rules++)});
      if (option == file) words.push_back({true, file->results().at(files++)});
    }
  });
}

}  // namespace ferry
