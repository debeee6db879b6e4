// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/firewall.hpp"

#include <filesystem>
#include <sstream>
#include <string>

#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "disk/mounts.hpp"

namespace ferry {
namespace {

void ask(const std::vector<std::string>& argv, FilterRules (*read)(std::string_view),
         ServerFacts& facts) {
  const auto output = run_ok({.argv = argv, .timeout = std::chrono::seconds{2}});
  if (!output) return;
  const auto rules = read(*output);
  if (rules.count == 0 && !rules.output) return;
  std::string command;
  for (const auto& word : argv) command += (command.empty() ? "" : " ") + word;
  facts.firewall.push_back(command + ": " + std::to_string(rules.count) + " rules");
  facts.filters_output = facts.filters_output || rules.output;
}

}  // namespace

FilterRules rules_of_nft(std::string_view text) {
  FilterRules rules;
  bool in_chain = false;
  bool filters_output = false;
  std::istringstream lines{std::string{text}};
  for (std::string whole; std::getline(lines, whole);) {
    const auto line = trimmed(whole);
    if (line.starts_with("chain ")) {
      in_chain = true;
      filters_output = false;
    } else if (line.starts_with("}")) {
      in_chain = false;
    } else if (in_chain && line.starts_with("type ")) {
      filters_output = line.starts_with("type filter hook output");
      if (filters_output && line.find("policy drop") != line.npos) rules.output = true;
    } else if (in_chain && !line.empty()) {
      ++rules.count;
      if (filters_output) rules.output = true;
    }
  }
  return rules;
}

FilterRules rules_of_iptables(std::string_view text) {
  FilterRules rules;
  bool in_filter = false;
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('*')) in_filter = line == "*filter";
    const bool rule = line.starts_with("-A ");
    if (rule) ++rules.count;
    if (in_filter && (line.starts_with(":OUTPUT DROP") || line.starts_with("-A OUTPUT "))) {
      rules.output = true;
    }
  }
  return rules;
}

void read_firewall(ServerFacts& facts) {
  std::error_code ignored;
  if (std::filesystem::exists("/sys/module/nf_tables", ignored)) {
    ask({"nft", "list", "ruleset"}, rules_of_nft, facts);
  }
  if (!sysfs_text("/proc/net/ip_tables_names").empty()) {
    ask({"iptables-save"}, rules_of_iptables, facts);
  }
}

}  // namespace ferry
