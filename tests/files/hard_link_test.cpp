// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "tests/files/tree_fixture.hpp"

using namespace ferry;
using namespace ferry::files;
using namespace ferry::files::test;

TEST_CASE("names that no longer share a file part at the target, though nothing else changed") {
  const Pair pair{"ext4"};
  pair.in_source("printf x > a; ln a b; ln a c; printf y > d; ln d e; touch -d 2001-01-01 a d");
  (void)copy(pair);
  check_equal(pair);
  pair.in_source("cp -p b new; mv new b");  // equal size, time and content; another file
  (void)copy(pair);
  check_equal(pair);
}

TEST_CASE("names that have come to share a file share it at the target") {
  const Pair pair{"ext4"};
  pair.in_source("printf x > a; cp -p a b; mkdir d; cp -p a d/c");
  (void)copy(pair);
  pair.in_source("ln -f a b; ln -f a d/c; ln a 0-first");
  (void)copy(pair);
  check_equal(pair);
}

TEST_CASE("two groups that were one at the target become two") {
  const Pair pair{"xfs"};
  pair.in_source("printf x > a; cp -p a c; ln a b; ln c d");
  pair.in_target("cp -p ../source/a a; ln a b; ln a c; ln a d");
  (void)copy(pair);
  check_equal(pair);
}

TEST_CASE("any regrouping of names is followed by one pass") {
  const Pair pair{"ext4"};
  std::mt19937 random{7};
  for (int round = 0; round < 12; ++round) {
    std::string line = "rm -rf *; mkdir x y";
    for (const char* file : {"1", "2", "3", "4"}) {
      const auto group = std::string{"g"} + file;
      line += "; printf same > " + group + "; touch -d 2001-01-01 " + group;
    }
    for (int name = 0; name < 12; ++name) {
      const auto folder = std::vector<std::string>{"", "x/", "y/"}[random() % 3];
      const auto group = "g" + std::to_string(1 + random() % 4);
      const auto maker = random() % 4 == 0 ? "cp -p " : "ln ";
      line += std::string{"; "} + maker + group + ' ' + folder + "n" + std::to_string(name);
    }
    if (random() % 2 == 0) line += "; rm g1";
    pair.in_source(line);
    (void)copy(pair);
    INFO(line);
    check_equal(pair);
    const auto again = copy(pair);
    CHECK(again.counts.files + again.counts.names == 0);
  }
}
