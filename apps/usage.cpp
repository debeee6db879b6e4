// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/usage.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "apps/command_tree.hpp"
#include "apps/limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

/// Letters to put in, leave out, change, or swap with their neighbour.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

/// From the program to the last command that was understood.
std::vector<const CLI::App*> understood(const CLI::App& app) {
  std::vector<const CLI::App*> commands{&app};
  for (auto subs = app.get_subcommands(); !subs.empty(); subs = subs.back()->get_subcommands()) {
    commands.push_back(subs.back());
  }
  return commands;
}

std::string path_of(const std::vector<const CLI::App*>& commands) {
  std::string path;
  for (const auto* command : commands) path += (path.empty() ? "" : " ") + command->get_name();
  return path;
}

std::vector<std::string> option_names(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const auto* command : commands) {
    for (const auto& option : command_tree(*command).options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
    }
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto& sub : command_tree(app).commands) names.push_back(sub.name());
  return names;
}

std::string quoted(const std::string& word) { return "'" + escaped(word) + "'"; }

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& names) {
  if (word.size() > limits::suggestion_word_bytes_max) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& name : names) {
    const bool begun = word.size() >= 2 && name.starts_with(word);
    const auto far = begun ? 1 : distance(word, name);
    if (far < least) {
      least = far;
      best = name;
    }
  }
  return best;
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = understood(app);
  const auto& here = *commands.back();
  const auto path = path_of(commands);
  const auto help = quoted(path + " --help") + " tells what there is";
  const auto left = app.remaining(true);
  const auto names = command_names(here);
  if (left.empty()) {
    if (!names.empty()) return {Errc::invalid_argument, path + " needs a command", help};
    return {Errc::invalid_argument, path + ": " + escaped(error.what()), help};
  }
  const auto& word = left.front();
  const bool option = word.starts_with("-");
  const auto guess =
      nearest(word.substr(0, word.find('=')), option ? option_names(commands) : names);
  const auto what = option          ? path + " has no option " + quoted(word)
                    : names.empty() ? path + " takes no further word: " + quoted(word)
                                    : path + " has no command " + quoted(word);
  if (guess.empty()) return {Errc::invalid_argument, what, help};
  return {Errc::invalid_argument, what, "did you mean " + quoted(guess) + "? " + help};
}

}  // namespace ferry
