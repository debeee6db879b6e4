// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/exclude_words.hpp"

#include <cstdio>
#include <sstream>

#include "actors/exclude_rules.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

Result<> add_file(const std::string& file, std::vector<std::string>& rules) {
  const auto text = read_file(file, limits::exclude_file_bytes_max);
  if (!text) return fail(Errc::config_unreadable, text.error().what);
  if (auto good = files::FilterRules::parse(*text, file); !good) return fail(good.error());
  std::istringstream lines{*text};
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty() && line.front() != '#' && line.front() != ';') rules.push_back(line);
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> exclude_rules(const ExcludeWords& words) {
  std::vector<std::string> rules;
  for (const auto& [is_file, text] : words) {
    if (is_file) {
      if (auto done = add_file(text, rules); !done) return fail(done.error());
      continue;
    }
    // A comment in a file, but not here.
    const bool is_pattern = text.starts_with('#') || text.starts_with(';');
    rules.push_back((is_pattern ? "- " : "") + text);
  }
  if (auto good = check_excludes(rules); !good) return fail(good.error());
  return rules;
}

void print_excludes(const std::vector<std::string>& rules) {
  for (const auto& rule : rules) std::printf("exclude   %s\n", escaped(rule).c_str());
}

}  // namespace ferry
