// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A bit that flips at any stage of a migration is seen by its certificate, and its place is named
// to one chunk.
#include "tests/certificate/stages.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// "source_extent 5 at 5242880".
std::vector<std::string> places(const Verification& found) {
  std::vector<std::string> told;
  for (const auto& one : found.differences) {
    told.push_back(one.stage + " " + std::to_string(one.chunk) + " at " +
                   std::to_string(one.offset));
  }
  return told;
}

using Places = std::vector<std::string>;

/// Flips a bit of the image's content that came from this offset of the source; the part is named,
/// and the chunk.
void check_image_flip(const Stages& stages, const fs::path& file) {
  constexpr std::uint64_t at = 5 * limits::mib + 70'000;
  const auto where = offset_of(file, stages.content(at, 64));
  flip_a_bit(file, where);
  const auto part = where / image_part_bytes;
  const auto found = stages.verified_image(file);
  CHECK(found.differ == 2);
  CHECK(places(found) == Places{"image_part " + std::to_string(part + 1) + " at " +
                                    std::to_string(part * image_part_bytes),
                                "source_extent 5 at 5242880"});
  CHECK(found.differences[0].length <= image_part_bytes);
  CHECK(found.differences[0].expected != found.differences[0].found);
}

}  // namespace

TEST_CASE("a migration without a flipped bit is proven from the source to the registry") {
  const Stages stages;
  CHECK(stages.verified_disk(stages.source).differ == 0);
  CHECK(stages.verified_disk(stages.target).differ == 0);
  for (const auto& file : {stages.image, stages.object, stages.registered / "system.qcow2"}) {
    CHECK_MESSAGE(stages.verified_image(file).differ == 0, file.string());
  }
}

TEST_CASE("a bit that flips on the source disk is named to its chunk") {
  const Stages stages;
  flip_a_bit(stages.source, 2 * limits::mib + 12'345);
  const auto found = stages.verified_disk(stages.source);
  CHECK(places(found) == Places{"source_extent 2 at 2097152"});
  CHECK(found.differences[0].length == limits::chunk_bytes);
  CHECK(stages.verified_disk(stages.target).differ == 0);
}

TEST_CASE(
    "a bit that flips on the target disk is named to its chunk, also in a hole or at its end") {
  const Stages stages;
  flip_a_bit(stages.target, 3 * limits::mib + 5);
  flip_a_bit(stages.target, disk_bytes - 1);
  const auto found = stages.verified_disk(stages.target);
  CHECK(places(found) == Places{"source_extent 3 at 3145728", "source_extent 6 at 6291456"});
  CHECK(found.differences[1].length == 512 * limits::kib);
}

TEST_CASE("a bit that flips in the image file is named to its part and to its chunk") {
  const Stages stages;
  check_image_flip(stages, stages.image);
}

TEST_CASE("a bit that flips in the bucket is named to the part that was uploaded") {
  const Stages stages;
  check_image_flip(stages, stages.object);
}

TEST_CASE("a bit that flips in the registry's image is named to its part and to its chunk") {
  const Stages stages;
  check_image_flip(stages, stages.registered / "system.qcow2");
}

TEST_CASE("a bit that flips where boot fix-ups changed the image is told as theirs") {
  const Stages stages;
  const auto file = stages.registered / "system.qcow2";
  flip_a_bit(file, offset_of(file, std::string(4096, '\x5a')) + 100);
  const auto found = stages.verified_image(file);
  CHECK(found.differences.back().stage == "fix_up_range");
  CHECK((found.differences.back().chunk == 1 || found.differences.back().chunk == 2));
}

TEST_CASE("a bit that flips in the tables of an image file is named to its part") {
  const Stages stages;
  flip_a_bit(stages.image, 0);  // the magic number
  const auto found = stages.verified_image(stages.image);
  CHECK(places(found) == Places{"image_part 1 at 0"});
  REQUIRE(found.notes.size() == 1);
  CHECK(found.notes[0].find("can't be read any more") != std::string::npos);
}

TEST_CASE("a bit that flips anywhere in the certificate is seen") {
  const Stages stages;
  const auto file = read_file(stages.certificate_file()).value();
  REQUIRE(open_certificate(file));
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < file.size(); ++at) {
    auto flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    if (open_certificate(flipped)) ++accepted;
  }
  CHECK(accepted == 0);
}

TEST_CASE("a bit that flips in the digests beside the certificate is seen") {
  const Stages stages;
  auto digests = stages.digests;
  CHECK(CertifiedDigests::bind(stages.certificate, digests));
  digests[40] = static_cast<char>(digests[40] ^ 1);
  const auto bound = CertifiedDigests::bind(stages.certificate, digests);
  REQUIRE(!bound);
  CHECK(bound.error().code == Errc::certificate_forged);
}

TEST_CASE("what was cut off or added at an end is a difference") {
  const Stages stages;
  fs::resize_file(stages.target, disk_bytes + 512);
  CHECK(places(stages.verified_disk(stages.target)) == Places{"end 0 at 6815744"});
  fs::resize_file(stages.target, 6 * limits::mib);
  CHECK(places(stages.verified_disk(stages.target)) == Places{"source_extent 6 at 6291456"});
  fs::resize_file(stages.image, fs::file_size(stages.image) - image_part_bytes);
  CHECK(stages.verified_image(stages.image).differ >= 1);
}
