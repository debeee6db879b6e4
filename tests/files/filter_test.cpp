// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "files/tree_reader.hpp"
#include "tests/files/scratch.hpp"

using namespace ferry;
using namespace ferry::files;
using namespace ferry::files::test;

namespace {

bool excluded(const std::string& text, const std::string& path, bool directory = false) {
  return rules(text).excludes(path, directory);
}

std::string error_of(const std::string& text) {
  const auto parsed = FilterRules::parse(text, "excludes.txt");
  REQUIRE(!parsed);
  CHECK(parsed.error().code == Errc::config_syntax);
  return to_string(parsed.error());
}

/// All paths that a reader with these rules lists.
std::set<std::string> listed(const std::string& root, const FilterRules& filter) {
  std::set<std::string> paths;
  auto reader = TreeReader::open(root, {.filter = filter});
  REQUIRE(reader);
  for (;;) {
    auto step = reader->next();
    REQUIRE(step);
    if (!*step) return paths;
    const auto* page = std::get_if<Listing>(&**step);
    if (page == nullptr) continue;
    for (const auto& entry : page->entries) paths.insert(join(page->directory, entry.name));
  }
}

std::set<std::string> listed_by_rsync(const std::string& root, const std::string& file) {
  std::istringstream lines{
      sh("rsync -an --out-format=%n --exclude-from=" + file + ' ' + root + "/ " + root + "-no/")};
  std::set<std::string> paths;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('/')) line.pop_back();
    if (line != "." && !line.starts_with("created directory ")) paths.insert(line);
  }
  return paths;
}

/// Each directory of the root as a tree of its own gets what the root's rules leave of it.
void check_below(const std::string& root, const std::string& text,
                 const std::set<std::string>& by_rsync) {
  for (const auto& directory : std::filesystem::directory_iterator{root}) {
    if (!directory.is_directory()) continue;
    const auto name = directory.path().filename().string();
    FilterRules below;
    below.add(rules(text), name);
    CHECK(below.excludes_all() != by_rsync.contains(name));
    if (below.excludes_all()) continue;
    std::set<std::string> theirs;
    for (const auto& path : by_rsync) {
      if (path.starts_with(name + '/')) theirs.insert(path.substr(name.size() + 1));
    }
    CHECK(listed(directory.path(), below) == theirs);
  }
}

}  // namespace

TEST_CASE("a pattern without a slash matches the name in any directory") {
  CHECK(excluded("core\n", "core"));
  CHECK(excluded("core\n", "a/b/core"));
  CHECK(!excluded("core\n", "a/score"));
  CHECK(excluded("*.log", "var/x.log"));
  CHECK(!excluded("a*c", "a/c"));
}

TEST_CASE("a pattern that begins with a slash counts from the root") {
  CHECK(excluded("/tmp\n", "tmp", true));
  CHECK(!excluded("/tmp\n", "var/tmp", true));
  CHECK(excluded("var/tmp\n", "srv/var/tmp"));
}

TEST_CASE("a pattern that ends with a slash matches directories only") {
  CHECK(excluded("mydirs2/docs2/", "mydirs2/docs2", true));
  CHECK(!excluded("mydirs2/docs2/", "mydirs2/docs2", false));
}

TEST_CASE("stars stop at slashes, two stars do not, three mean a directory and its content") {
  CHECK(!excluded("/a/*", "a/b/c"));
  CHECK(excluded("/a/**", "a/b/c"));
  CHECK(!excluded("/a/**", "a", true));
  CHECK(excluded("/a/***", "a", true));
  CHECK(!excluded("/a/***", "a", false));
}

TEST_CASE("the first rule that matches decides, and '!' forgets those before it") {
  CHECK(!excluded("+ keep.log\n- *.log\n", "keep.log"));
  CHECK(excluded("- *.log\n+ keep.log\n", "keep.log"));
  CHECK(!excluded("*.log\n!\n", "x.log"));
}

TEST_CASE("comments, blank lines and foreign line ends are no rules") {
  CHECK(!excluded("# x\n; y\n\n\r\n", "x"));
  CHECK(excluded("# x\r\nname\r\n", "name"));
}

TEST_CASE("an error in a rule names file, line, fault and fix") {
  CHECK(error_of("a\n\n[b\n") ==
        "FERRY-1001 excludes.txt:3: '[b': '[' is never closed. Fix: close it with ']', or write "
        "'\\[' "
        "for the character");
  CHECK(error_of("*[[:word:]]").find("excludes.txt:1: '*[[:word:]]': there is no class 'word'") !=
        std::string::npos);
  CHECK(error_of("*\\").find("nothing follows the last '\\'") != std::string::npos);
  CHECK(error_of("x\n- \n").find("excludes.txt:2: '- ': the rule has no pattern") !=
        std::string::npos);
  CHECK(error_of(std::string(5000, 'x')).find("longer than 4096") != std::string::npos);
}

TEST_CASE("rules of several roots decide in their order, each from its own root") {
  FilterRules all;
  all.add(rules("+ /srv/shop/keep.log\n/srv/shop/tmp/\n"), "srv/shop");
  all.add(rules("*.log\n/cache/\n"), "");
  CHECK(!all.excludes("keep.log", false));
  CHECK(all.excludes("other.log", false));
  CHECK(all.excludes("tmp", true));
  CHECK(!all.excludes("srv/shop/tmp", true));
  CHECK(all.excludes("cache", true));
  CHECK(!all.excludes("", true));
  CHECK(!all.excludes_all());
  FilterRules none = all;
  none.add(rules("srv\n"), "srv/shop");
  CHECK(none.excludes_all());
  FilterRules kept;
  kept.add(rules("+ /srv/\n"), "srv/shop");
  kept.add(rules("/srv/\n"), "srv/shop");
  CHECK(!kept.excludes_all());
}

TEST_CASE("a pattern made to take forever takes no time") {
  std::string pattern, text(4000, 'a');
  for (int i = 0; i < 100; ++i) pattern += "a**";
  CHECK(!excluded(pattern + "b", text));
}

TEST_CASE("random rules leave out exactly what rsync leaves out") {
#ifdef FERRY_SANITIZED
  constexpr int rounds = 20;
#else
  constexpr int rounds = 30;
#endif
  std::mt19937 random{20260101};
  const auto pick = [&](const auto& from) { return from[random() % std::size(from)]; };
  const std::vector<std::string> names{"a", "b", "ab", "a.b", "ba", "a-", "[a]", "\\a", "a b", "*"};
  const std::vector<std::string> parts{
      "a",    "b",       "ab",   "a.b",           "*",     "**",     "?",
      "[ab]", "[!a]",    "[^b]", "[a-b]*",        "a*",    "*b",     "a**b",
      "**a",  "b**",     "\\a*", "\\**",          "[]a]*", "[a-]?",  "[[:alpha:]]",
      "***",  "\\[a\\]", "a b",  "[[:punct:]a]*", "*\\*",  "[a\\]]", "a***"};
  TempFolder folder;
  const auto root = folder / "tree";
  const std::function<void(const std::string&, int)> grow = [&](const auto& at, int depth) {
    std::filesystem::create_directory(at);
    for (const auto& name : names) {
      const auto choice = random() % 8;
      if (choice < 3) std::ofstream{at + '/' + name} << "x";
      if (choice >= 3 && choice < 6 && depth < 3) grow(at + '/' + name, depth + 1);
    }
  };
  grow(root, 0);
  CHECK(listed(root, {}) == listed_by_rsync(root, "/dev/null"));
  std::size_t left_out = 0;
  for (int round = 0; round < rounds; ++round) {
    std::string text;
    for (auto rule = random() % 6; rule < 6; ++rule) {
      text += pick(std::vector<std::string>{"", "", "- ", "+ ", "+ "});
      if (random() % 3 == 0) text += '/';
      text += pick(parts);
      for (auto more = random() % 4; more < 2; ++more) text += '/' + pick(parts);
      if (random() % 4 == 0) text += '/';
      text += '\n';
    }
    const auto file = folder / "rules";
    std::ofstream{file} << text;
    const auto ours = listed(root, rules(text)), theirs = listed_by_rsync(root, file);
    INFO(text);
    CHECK(ours == theirs);
    check_below(root, text, theirs);
    left_out += ours.size();
  }
  // The rules must not be such that everything or nothing is left out.
  CHECK(left_out > 20 * rounds);
}
