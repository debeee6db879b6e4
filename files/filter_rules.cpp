// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/filter_rules.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry::files {
namespace {

constexpr std::size_t filter_file_bytes_max = limits::filter_rules_max * 256;
constexpr std::size_t line_bytes_shown = 200;

/// Returns the last `count` names of the path, or nothing if it has fewer.
std::optional<std::string_view> last_names(std::string_view path, std::size_t count) {
  auto from = path.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (from == 0) return std::nullopt;
    const auto slash = path.rfind('/', from - 1);
    if (slash == std::string_view::npos) {
      if (i + 1 < count) return std::nullopt;
      return path;
    }
    from = slash;
  }
  return path.substr(from + 1);
}

bool matches_behind_a_slash(const Wildcard& wildcard, std::string_view path) {
  for (auto slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (wildcard.matches(path.substr(slash + 1))) return true;
  }
  return false;
}

}  // namespace

Result<FilterRules::Rule> FilterRules::parse_rule(std::string_view line) {
  Rule rule;
  rule.include = line.starts_with("+ ");
  auto pattern = line;
  if (rule.include || line.starts_with("- ")) pattern.remove_prefix(2);
  if (pattern.empty()) return fail(Errc::config_syntax, "the rule has no pattern");
  if (pattern.find('\0') != std::string_view::npos) {
    return fail(Errc::config_syntax, "the pattern has a zero byte");
  }
  const bool wild = pattern.find_first_of("*?[") != std::string_view::npos;
  const auto double_star = wild ? pattern.find("**") : std::string_view::npos;
  rule.anywhere = double_star != std::string_view::npos;
  rule.leading_stars = double_star == 0;
  rule.with_content = rule.anywhere && pattern.ends_with("***");
  rule.directories = pattern.size() > 1 && pattern.ends_with('/');
  if (rule.directories) pattern.remove_suffix(1);
  rule.slashes = static_cast<std::size_t>(std::ranges::count(pattern, '/'));
  rule.anchored = pattern.starts_with('/');
  if (rule.anchored) pattern.remove_prefix(1);
  if (!wild) {
    rule.text = pattern;
    return rule;
  }
  auto wildcard = Wildcard::parse(pattern);
  if (!wildcard) return fail(wildcard.error());
  rule.wildcard = std::move(*wildcard);
  return rule;
}

Result<> FilterRules::check_rule(std::string_view line) {
  if (line.size() > limits::filter_line_bytes_max) {
    return fail(Errc::config_syntax,
                "it is longer than " + std::to_string(limits::filter_line_bytes_max) + " bytes");
  }
  if (line == "!") return {};
  const auto rule = parse_rule(line);
  if (rule) return {};
  const bool wild = rule.error().what.find('[') != std::string::npos;
  return fail(Errc::config_syntax, rule.error().what,
              wild ? "close it with ']', or write '\\[' for the character" : "");
}

Result<FilterRules> FilterRules::parse(std::string_view text, std::string_view file) {
  std::vector<Rule> rules;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    const auto at = std::string{file} + ':' + std::to_string(number) + ": ";
    if (auto good = check_rule(line); !good) {
      const auto shown = escaped(line.substr(0, line_bytes_shown));
      return fail(Errc::config_syntax, at + '\'' + shown + "': " + good.error().what,
                  good.error().fix);
    }
    if (line == "!") {
      rules.clear();
      continue;
    }
    if (rules.size() == limits::filter_rules_max) {
      return fail(Errc::config_syntax,
                  at + "more than " + std::to_string(limits::filter_rules_max) + " rules",
                  "replace many paths by their directory or by a wildcard");
    }
    rules.push_back(std::move(*parse_rule(line)));
  }
  FilterRules parsed;
  if (!rules.empty()) parsed.sections_.push_back({{}, std::move(rules)});
  return parsed;
}

Result<FilterRules> FilterRules::read(const std::filesystem::path& file) {
  auto text = read_file(file, filter_file_bytes_max);
  if (!text) return fail(Errc::config_unreadable, text.error().what);
  return parse(*text, file.string());
}

void FilterRules::add(FilterRules later, const std::string& place) {
  for (auto& section : later.sections_) {
    auto& rules = sections_.emplace_back(std::move(section));
    if (place.empty()) continue;
    rules.place = rules.place.empty() ? place : place + '/' + rules.place;
  }
}

std::optional<bool> FilterRules::decide(const Section& section, std::string_view path,
                                        bool is_directory) {
  for (const auto& rule : section.rules) {
    if (matches(rule, path, is_directory)) return !rule.include;
  }
  return std::nullopt;
}

bool FilterRules::excludes(std::string_view path, bool is_directory) const {
  if (path.empty()) return false;
  std::string below;
  for (const auto& section : sections_) {
    auto seen = path;
    if (!section.place.empty()) {
      below.assign(section.place).append("/").append(path);
      seen = below;
    }
    if (const auto excluded = decide(section, seen, is_directory)) return *excluded;
  }
  return false;
}

bool FilterRules::excludes_all() const {
  std::string_view longest;
  for (const auto& section : sections_) {
    if (section.place.size() > longest.size()) longest = section.place;
  }
  for (auto end = longest.find('/'); !longest.empty(); end = longest.find('/', end + 1)) {
    const auto directory = longest.substr(0, end);
    for (const auto& section : sections_) {
      const bool has_it = section.place == directory || (section.place.starts_with(directory) &&
                                                         section.place.size() > directory.size() &&
                                                         section.place[directory.size()] == '/');
      const auto excluded = has_it ? decide(section, directory, true) : std::nullopt;
      if (excluded && *excluded) return true;
      if (excluded) break;
    }
    if (end == std::string_view::npos) break;
  }
  return false;
}

bool FilterRules::matches(const Rule& rule, std::string_view path, bool is_directory) {
  if (rule.directories && !is_directory) return false;
  // A pattern without a slash is about the name alone; '/' before it says "of the root".
  const bool name_only = rule.slashes == 0 && !rule.anywhere;
  if (name_only) path.remove_prefix(path.rfind('/') + 1);
  if (!rule.wildcard) {
    if (rule.anchored) return path == rule.text;
    return path.ends_with(rule.text) &&
           (path.size() == rule.text.size() || path[path.size() - rule.text.size() - 1] == '/');
  }
  std::string changed;
  const bool with_slash = rule.with_content && is_directory;
  if (rule.leading_stars || with_slash) {
    if (rule.leading_stars) changed += '/';
    changed.append(path);
    if (with_slash) changed += '/';
    path = changed;
  }
  if (rule.anchored || rule.leading_stars || name_only) return rule.wildcard->matches(path);
  if (!rule.anywhere) {
    const auto names = last_names(path, rule.slashes + 1);
    return names && rule.wildcard->matches(*names);
  }
  return rule.wildcard->matches(path) || matches_behind_a_slash(*rule.wildcard, path);
}

}  // namespace ferry::files
