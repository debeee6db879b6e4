// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <span>

#include <doctest/doctest.h>

#include "files/file_entry.hpp"
#include "tests/files/scratch.hpp"

using namespace ferry;
using namespace ferry::files;
using namespace ferry::files::test;

namespace {

FileEntry entry_of(const std::string& name, FileType type) {
  FileEntry entry;
  entry.name = name;
  entry.type = type;
  if (type == FileType::symlink) entry.target = "../x";
  return entry;
}

Listing example() {
  return {"a/b",
          {entry_of("f", FileType::regular), entry_of("l", FileType::symlink),
           entry_of("z", FileType::directory)},
          false,
          true};
}

}  // namespace

TEST_CASE("a listing means the same after its way over the wire, whatever its numbers") {
  auto listing = example();
  auto& entry = listing.entries[0];
  entry.size = 12'345'678'901;
  entry.mtime = {-1, 999'999'999};
  entry.xattrs = {{"user.a", std::string("\0\xff", 2)}, {"user.b", ""}};
  entry.several_names = true;
  entry.identity = {1, ~0ULL};
  entry.leader = "x/y";
  entry.flags = flag_immutable | flag_nodump;
  entry.has_digest = true;
  entry.digest = {3, 4};
  const auto wire = encode(listing);
  const auto read = parse_listing(bytes_of(wire));
  REQUIRE(read);
  CHECK(encode(*read) == wire);
  CHECK(read->entries[0].mtime == entry.mtime);
  CHECK(read->entries[0].xattrs == entry.xattrs);
  std::size_t most = 100;
  for (const auto& each : listing.entries) most += encoded_bytes_max(each);
  CHECK(wire.size() <= most);
  const DirectoryEnd end{"a/b", entry_of("b", FileType::directory)};
  CHECK(encode(*parse_directory_end(bytes_of(encode(end)))) == encode(end));
}

TEST_CASE("broken bytes are refused or mean something harmless") {
  auto listing = example();
  listing.entries[0].xattrs = {{"user.a", "value"}};
  const auto wire = encode(listing);
  for (std::size_t size = 0; size < wire.size(); ++size) {
    CHECK(!parse_listing(bytes_of(wire).first(size)));
  }
  std::mt19937 random{1};
  for (int round = 0; round < 20'000; ++round) {
    auto broken = wire;
    for (auto n = random() % 3 + 1; n > 0; --n) {
      broken[random() % broken.size()] = static_cast<char>(random());
    }
    if (const auto read = parse_listing(bytes_of(broken))) CHECK(check(*read).has_value());
  }
}
