// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the web console calls each error, and its next step, in its languages:
// web/src/i18n/*/errors.ts.
#include <fstream>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;

namespace {

using Words = std::map<std::string, std::string>;

/// The pieces of text in a line of a catalogue, as one: 'a ' + "b".
std::string text_in(const std::string& line) {
  std::string text;
  char quote = 0;
  for (const char c : line) {
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (quote != 0) {
      text += c;
    }
  }
  return text;
}

/// A key stands at the beginning of its line; its text follows there or on the next lines.
Words words_of(const std::string& language) {
  const auto file = test::source_folder() / "web/src/i18n" / language / "errors.ts";
  std::ifstream in{file};
  Words words;
  std::string key;
  for (std::string line; std::getline(in, line);) {
    const auto end = line.find("':");
    if (line.starts_with("  'FERRY-") && end != std::string::npos) {
      key = line.substr(3, end - 3);
      CHECK_MESSAGE(!words.contains(key), file.string() << " has " << key << " twice");
      words[key] = text_in(line.substr(end + 1));
    } else if (line.starts_with("    ") && !key.empty()) {
      words[key] += text_in(line);
    }
  }
  return words;
}

std::set<std::string> wanted_keys() {
  std::size_t count = 0;
  const auto* table = error_table(&count);
  std::set<std::string> keys;
  for (std::size_t i = 0; i < count; ++i) {
    keys.insert(code_text(table[i].code));
    keys.insert(code_text(table[i].code) + ".step");
  }
  return keys;
}

}  // namespace

TEST_CASE("the console has a title and a next step for each error in each language, and no other") {
  const auto wanted = wanted_keys();
  REQUIRE(wanted.size() > 150);
  for (const std::string language : {"en", "zh", "ja"}) {
    CAPTURE(language);
    const auto words = words_of(language);
    for (const auto& key : wanted) {
      const auto found = words.find(key);
      CHECK_MESSAGE((found != words.end() && !found->second.empty()), key << " lacks its text");
    }
    for (const auto& [key, text] : words) {
      CHECK_MESSAGE(wanted.contains(key), key << " is no error: '" << text << "'");
    }
  }
}

TEST_CASE("the console's English next steps are those of the catalogue, by which it knows them") {
  std::size_t count = 0;
  const auto* table = error_table(&count);
  auto words = words_of("en");
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(words[code_text(table[i].code) + ".step"] == table[i].fix);
  }
}
