// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// docs/configuration.md is written by hand but may not drift: every key has its
// row there, with the default and the allowed values that the reader uses.
#include <filesystem>

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "config/settings.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;

namespace {

std::string row(const Setting& setting) {
  auto usual = value_toml(setting);
  if (setting.rule.required) usual = "required";
  return "| `" + std::string{setting.key} + "` | " +
         (setting.rule.required ? usual : "`" + usual + "`") + " | " + allowed_text(setting.rule) +
         " |";
}

std::string section(const std::string& page, const std::string& title) {
  const auto begin = page.find("\n## `" + title + "`");
  if (begin == std::string::npos) return {};
  return page.substr(begin, page.find("\n## ", begin + 1) - begin);
}

}  // namespace

TEST_CASE("the reference has a row for every key, with its default and range") {
  const auto root = test::source_folder();
  const auto page = read_file(root / "docs" / "configuration.md");
  REQUIRE(page);
  ClusterConfig config;
  NodeConfig node;
  auto tables = plain_tables(config);
  tables.push_back(node_table(node));
  std::size_t rows = 0;
  for (const auto& table : tables) {
    const auto text = section(*page, table_title(table.name));
    for (const auto& setting : table.settings) {
      const auto wanted = row(setting);
      CHECK_MESSAGE(text.find(wanted) != std::string::npos, table_title(table.name), ": ", wanted);
      ++rows;
    }
  }
  std::size_t found = 0;
  for (auto at = page->find("\n| `"); at != std::string::npos; at = page->find("\n| `", at + 1)) {
    ++found;
  }
  CHECK_MESSAGE(found == rows, "the page has a row for a key that does not exist");
}
