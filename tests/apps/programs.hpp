// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The programs under test.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/subprocess.hpp"

namespace ferry::test {

inline std::string program(const std::string& name) {
  return std::string{FERRY_PROGRAM_FOLDER} + "/" + name;
}

inline CommandOutput call(const std::string& name, const std::vector<std::string>& words) {
  Command command{.argv = {program(name)}};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  auto output = run(command);
  if (!output) FAIL(to_string(output.error()));
  return *output;
}

/// Only within a test: the words that say what was left out need one.
inline bool is_installed(const std::string& name) {
  const auto found = run({.argv = {"sh", "-c", "command -v " + name}});
  if (found && found->exit_code == 0) return true;
  MESSAGE(name << " is absent: not tested");
  return false;
}

/// Words that are set apart by blanks.
inline std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in{text};
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// The candidates that a shell is told for the last word of a line.
inline std::vector<std::string> candidates(const std::string& name,
                                           std::vector<std::string> words) {
  words.insert(words.begin(), "__complete");
  std::istringstream in{call(name, words).out};
  std::vector<std::string> found;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(':')) found.push_back(line.substr(0, line.find('\t')));
  }
  return found;
}

inline bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

/// Visits every command that does something, with its words: {"job", "create"}.
inline void for_commands(const std::string& name,
                         const std::function<void(const std::vector<std::string>&)>& visit,
                         const std::vector<std::string>& path = {}) {
  auto words = path;
  words.emplace_back();
  bool leaf = true;
  for (const auto& word : candidates(name, words)) {
    auto next = path;
    next.push_back(word);
    // Choices of an argument look like commands, but have no help of their own.
    auto ask = next;
    ask.emplace_back("--help");
    const auto help = call(name, ask).out;
    std::string usage = "Usage: " + name;
    for (const auto& part : next) usage += " " + part;
    if (help.find(usage + " ") == std::string::npos) continue;
    leaf = false;
    for_commands(name, visit, next);
  }
  if (leaf && !path.empty()) visit(path);
}

}  // namespace ferry::test
