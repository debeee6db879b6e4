// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What all tests of files/ need: programs, a folder, and rules from a text.
#pragma once

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "files/filter_rules.hpp"

namespace ferry::files::test {

/// Runs a shell line and returns its output without the last line end.
inline std::string sh(const std::string& line) {
  auto result = run_ok({.argv = {"sh", "-ec", line}});
  INFO(line);
  if (!result) FAIL(to_string(result.error()));
  while (!result->empty() && result->back() == '\n') result->pop_back();
  return *result;
}

struct TempFolder {
  explicit TempFolder(const std::filesystem::path& where = std::filesystem::temp_directory_path())
      : path(where / random_id("ferry-files")) {
    std::filesystem::create_directories(path);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path / name).string();
  }

  std::filesystem::path path;
};

inline FilterRules rules(const std::string& text) {
  auto parsed = FilterRules::parse(text, "excludes.txt");
  if (!parsed) FAIL(to_string(parsed.error()));
  return *parsed;
}

}  // namespace ferry::files::test
