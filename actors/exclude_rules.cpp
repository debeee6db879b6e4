// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/exclude_rules.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry {

Result<> check_excludes(const std::vector<std::string>& excludes) {
  if (excludes.size() > limits::job_excludes_max) {
    return fail(Errc::limit_exceeded,
                std::to_string(excludes.size()) + " exclude rules are more than " +
                    std::to_string(limits::job_excludes_max),
                "replace many paths by their directory or by a wildcard");
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < excludes.size(); ++i) {
    const auto& rule = excludes[i];
    bytes += rule.size();
    auto good = files::FilterRules::check_rule(rule);
    if (rule.find_first_of("\r\n") != std::string::npos) {
      good = fail(Errc::config_syntax, "it has more than one line", "give each rule by itself");
    } else if (rule.starts_with('#') || rule.starts_with(';')) {
      good = fail(Errc::config_syntax, "it is a comment", "put '- ' before the pattern");
    }
    if (good) continue;
    return fail(good.error().code,
                "exclude rule " + std::to_string(i + 1) + " '" + escaped(rule.substr(0, 200)) +
                    "': " + good.error().what,
                good.error().fix.empty() ? "correct it or leave it out" : good.error().fix);
  }
  if (bytes <= limits::job_excludes_bytes_max) return {};
  return fail(Errc::limit_exceeded,
              "the exclude rules have " + std::to_string(bytes) + " bytes, at most " +
                  std::to_string(limits::job_excludes_bytes_max) + " are allowed",
              "replace many paths by their directory or by a wildcard");
}

std::string place_of(const std::string& mount_point) {
  return mount_point.starts_with('/') ? mount_point.substr(1) : mount_point;
}

ExcludeRules travelling(const std::vector<std::string>& excludes, const std::string& mount_point) {
  ExcludeRules rules{"the job's exclude rules", place_of(mount_point), {}};
  for (const auto& rule : excludes) {
    rules.text.insert(rules.text.end(), rule.begin(), rule.end());
    rules.text.push_back('\n');
  }
  return rules;
}

Result<files::FilterRules> filter_of(const std::vector<ExcludeRules>& rules) {
  files::FilterRules all;
  for (const auto& [from, place, text] : rules) {
    auto parsed = files::FilterRules::parse({text.data(), text.size()}, from);
    if (!parsed) return fail(parsed.error());
    all.add(std::move(*parsed), place);
  }
  return all;
}

}  // namespace ferry
