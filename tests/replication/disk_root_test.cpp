// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The root of a disk that is read without its table, and that of its verification.
#include "replication/disk_root.hpp"

#include <filesystem>

#include "rig.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

Result<std::string> root_of(const Rig& rig, const std::string& digest_key) {
  return disk_root(rig.options.path, rig.source.bytes, digest_key, {}, {});
}

void flip(const Rig& rig, std::uint64_t offset) {
  const auto fd = open_file(rig.options.path, O_RDWR).value();
  unsigned char byte = 0;
  REQUIRE(read_at(fd, &byte, 1, offset));
  byte ^= 1;
  REQUIRE(write_at(fd, &byte, 1, offset));
}

}  // namespace

TEST_CASE("a disk read without its table has the root that its verification has") {
  for (const auto size : {40 * mib, 40 * mib + 512, 3 * mib - 4096}) {
    CAPTURE(size);
    Rig rig{size};
    scatter(rig.source, 5, 8, mib);
    rig.start();
    rig.must_pass();
    const auto proven = rig.verify();
    REQUIRE(proven.bad_chunks_total == 0);
    CHECK(root_of(rig, rig.digest_key).value() == proven.root);
    CHECK(root_of(rig, random_bytes(32)).value() != proven.root);
  }
}

TEST_CASE("one bit anywhere gives another root, and the old one when it is back") {
  Rig rig{8 * mib + 512};
  rig.source.write(mib + 4096, random_bytes(2 * mib));
  rig.start();
  rig.must_pass();
  const auto proven = rig.verify().root;
  // In data, in a hole, and in the last byte.
  for (const auto offset : {2 * mib, 6 * mib + 77, 8 * mib + 511}) {
    CAPTURE(offset);
    flip(rig, offset);
    CHECK(root_of(rig, rig.digest_key).value() != proven);
    flip(rig, offset);
    CHECK(root_of(rig, rig.digest_key).value() == proven);
  }
}

TEST_CASE("a disk of another size than the proven one is no proof") {
  Rig rig{4 * mib};
  rig.start();
  rig.must_pass();
  for (const auto size : {4 * mib + 4096, 3 * mib}) {
    std::filesystem::resize_file(rig.options.path, size);
    CHECK(root_of(rig, rig.digest_key).error().code == Errc::verify_mismatch);
  }
  std::filesystem::remove(rig.options.path);
  CHECK(!root_of(rig, rig.digest_key));
}

TEST_CASE("reading a disk tells how far it is, passes over holes, and ends when it is told to") {
  Rig rig{300 * mib};
  rig.source.write(7 * mib, random_bytes(mib));
  rig.start();
  rig.must_pass();
  std::vector<std::uint64_t> steps;
  REQUIRE(disk_root(rig.options.path, rig.source.bytes, rig.digest_key,
                    [&](std::uint64_t done) { steps.push_back(done); }, {}));
  CHECK(std::ranges::is_sorted(steps));
  CHECK(steps.back() == rig.source.bytes);
  CHECK(steps.size() < 5);
  std::stop_source stop;
  stop.request_stop();
  CHECK(disk_root(rig.options.path, rig.source.bytes, rig.digest_key, {}, stop.get_token())
            .error()
            .code == Errc::canceled);
}

TEST_CASE("the reading that gives the root also gives the digest of each chunk") {
  Rig rig{4 * mib + 4096};
  rig.source.write(mib + 5, random_bytes(mib));
  rig.start();
  rig.must_pass();
  ChunkDigests digests{rig.source.bytes};
  REQUIRE(disk_root(rig.options.path, rig.source.bytes, rig.digest_key, {}, {}, &digests));
  CHECK(digests.count() == 5);
  CHECK(digests.added() == 5);
  const auto disk = read_file(rig.options.path).value();
  for (std::uint64_t chunk = 0; chunk < 5; ++chunk) {
    CHECK(chunk_digest(digests.digests(), chunk) == sha256(disk.substr(chunk * mib, mib)));
  }
  CHECK(chunk_digest(digests.digests(), 5).empty());
}
