// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What all tests of files/ need: programs, a folder, and bytes and rules from a text.
#pragma once

#include <span>

#include "files/filter_rules.hpp"
#include "tests/shell.hpp"

namespace ferry::files::test {

using ferry::test::sh;
using ferry::test::TempFolder;

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text});
}

inline FilterRules rules(const std::string& text) {
  auto parsed = FilterRules::parse(text, "excludes.txt");
  if (!parsed) FAIL(to_string(parsed.error()));
  return *parsed;
}

}  // namespace ferry::files::test
