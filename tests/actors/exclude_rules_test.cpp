// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/exclude_rules.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"

using namespace ferry;

namespace {

void check_refused(const std::vector<std::string>& excludes, const std::string& words) {
  const auto refused = check_excludes(excludes);
  REQUIRE_FALSE(refused);
  CHECK_MESSAGE(to_string(refused.error()).find(words) != std::string::npos,
                to_string(refused.error()));
  CHECK(!refused.error().fix.empty());
}

}  // namespace

TEST_CASE("a rule that can't be is refused with its number, what is wrong, and the fix") {
  CHECK(check_excludes({}));
  CHECK(check_excludes({"/var/cache/", "+ /srv/a", "!", "- #odd", "\xff"}));
  check_refused({"/a", "b[", "c"},
                "FERRY-1001 exclude rule 2 'b[': '[' is never closed. Fix: close");
  check_refused({""}, "exclude rule 1 '': the rule has no pattern");
  check_refused({"a\nb"}, "exclude rule 1 'a\\x0ab': it has more than one line");
  check_refused({"# a"}, "it is a comment. Fix: put '- '");
  check_refused({std::string(limits::filter_line_bytes_max + 1, 'a')}, "longer than");
  check_refused(std::vector<std::string>(limits::job_excludes_max + 1, "a"), "are more than 256");
  check_refused(std::vector<std::string>(5, std::string(limits::filter_line_bytes_max, 'a')),
                "at most 16384");
}

TEST_CASE("rules mean the same where they arrive, from the server's root and before later ones") {
  const std::vector<ExcludeRules> rules{travelling({"/srv/shop/tmp/", "+ keep.log"}, "/srv/shop"),
                                        {"the server's", "", {'*', '.', 'l', 'o', 'g', '\n'}}};
  const auto filter = filter_of(rules);
  REQUIRE(filter);
  CHECK(filter->excludes("tmp", true));
  CHECK(!filter->excludes("a/tmp", true));
  CHECK(filter->excludes("a/b.log", false));
  CHECK(!filter->excludes("a/keep.log", false));
  const auto of_root = filter_of({travelling({"/srv/shop/tmp/"}, "/")});
  REQUIRE(of_root);
  CHECK(of_root->excludes("srv/shop/tmp", true));
  const auto broken = filter_of({{"excludes.txt", "", {'a', '\n', '['}}});
  REQUIRE_FALSE(broken);
  CHECK(broken.error().what.find("excludes.txt:2: '['") != std::string::npos);
}
