// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The command line can do what the console's API can.
#include <doctest/doctest.h>

#include "base/file.hpp"
#include "console/call.hpp"
#include "tests/apps/programs.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("docs/command-line.md names a command for every operation of the console's API") {
  const auto page = read_file(source_folder() / "docs" / "command-line.md");
  REQUIRE(page);
  for (const auto& route : console_routes()) {
    const std::string operation{route.operation};
    CAPTURE(operation);
    const auto at = page->find("`" + operation + "`");
    REQUIRE(at != std::string::npos);
    const auto row = page->substr(at, page->find('\n', at) - at);
    const auto begin = row.find("`edgeferry ");
    if (begin == std::string::npos) {
      CHECK(row.find("| none: ") != std::string::npos);
      continue;
    }
    auto words = split(row.substr(begin + 1, row.find('`', begin + 1) - begin - 1));
    words.erase(words.begin());
    words.emplace_back();
    const auto option = row.find("with `");
    words.back() = option == std::string::npos
                       ? "--help"
                       : row.substr(option + 6, row.find('`', option + 6) - option - 6);
    CHECK(has(candidates("edgeferry", words), words.back()));
  }
}
