// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which files a migration leaves out: the exclude files of the real product, which have the
// syntax and meaning of rsync's --exclude-from. One rule a line; `#` or `;` begins a comment
// line; "+ " before a pattern includes, "- " or nothing excludes; "!" alone forgets the rules
// before it. The first rule that matches a path decides, and a path that none matches is
// included. Nothing below an excluded directory is looked at. What is excluded at the source
// is also left alone at the target.
//
// A pattern that begins with '/' counts from the root, another one from any directory; one
// that ends with '/' matches directories only; "dir/***" is "dir/" and all below.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "files/wildcard.hpp"

namespace ferry::files {

class FilterRules {
 public:
  /// No rules: nothing is excluded.
  FilterRules() = default;
  /// `file` is named in errors. Error: config_syntax "excludes.txt:7: 'a[': ...".
  [[nodiscard]] static Result<FilterRules> parse(std::string_view text, std::string_view file);
  /// Error: that of `parse`, or config_unreadable.
  [[nodiscard]] static Result<FilterRules> read(const std::filesystem::path& file);
  /// Whether the line is a rule. Error: config_syntax, without a place.
  [[nodiscard]] static Result<> check_rule(std::string_view line);

  /// Adds rules that decide where none of these does. `place` is where this tree is below their
  /// root, "srv/shop"; empty: it is their root.
  void add(FilterRules later, const std::string& place);
  /// Returns whether nothing of the tree is left, because its own place, or a directory above that,
  /// is excluded.
  [[nodiscard]] bool excludes_all() const;

  /// Looks at this path only: whether a directory above is excluded is the caller's to know.
  /// `path` is relative to the root, without a slash at its ends; the root itself is never
  /// excluded.
  [[nodiscard]] bool excludes(std::string_view path, bool is_directory) const;

 private:
  struct Rule {
    bool include = false;
    bool anchored = false;       // matches from the root only
    bool directories = false;    // matches directories only
    bool with_content = false;   // ends with "***": the directory, too, as "name/"
    bool anywhere = false;       // has "**" within: may begin behind any slash
    bool leading_stars = false;  // begins with "**", which may stand for the root
    std::size_t slashes = 0;     // in the pattern, its first and last not counted
    std::string text;            // the pattern, if it has no wildcard
    std::optional<Wildcard> wildcard;
  };

  /// Rules of one root.
  struct Section {
    std::string place;
    std::vector<Rule> rules;
  };

  [[nodiscard]] static Result<Rule> parse_rule(std::string_view line);
  [[nodiscard]] static bool matches(const Rule& rule, std::string_view path, bool is_directory);
  /// Whether the first rule that matches excludes; nothing if none matches.
  [[nodiscard]] static std::optional<bool> decide(const Section& section, std::string_view path,
                                                  bool is_directory);

  std::vector<Section> sections_;
};

}  // namespace ferry::files
