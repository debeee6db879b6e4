// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/frame.hpp"

#include <array>
#include <cstring>
#include <random>

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "replication/codec.hpp"
#include "replication/seal.hpp"

using namespace ferry;

namespace {

constexpr std::uint64_t disk_granules = 10'000;

std::vector<std::byte> chunk_payload(const frame::ChunkHead& head) {
  std::vector<std::byte> bytes(frame::chunk_head_bytes(head) + head.stored_bytes);
  frame::put_chunk_head(head, bytes.data());
  return bytes;
}

frame::ChunkHead good_head() {
  frame::ChunkHead head;
  head.raw_bytes = head.stored_bytes = 3 * 4096;
  head.fold = {1, 2};
  head.runs = {{0, 1, false}, {17, 5000, true}, {9998, 2, false}};
  return head;
}

}  // namespace

TEST_CASE("a chunk head survives the way there and back") {
  const auto head = good_head();
  frame::ChunkHead read;
  const auto bytes = chunk_payload(head);
  const auto body = frame::parse_chunk(bytes, disk_granules, read);
  REQUIRE(body);
  CHECK(body->size() == 3 * 4096);
  CHECK(read.runs == head.runs);
  CHECK(read.fold == head.fold);
}

TEST_CASE("runs beyond the disk, too much data and sizes that disagree are refused") {
  const auto refused = [](auto change) {
    auto head = good_head();
    change(head);
    auto bytes = chunk_payload(head);
    frame::ChunkHead read;
    return !frame::parse_chunk(bytes, disk_granules, read);
  };
  CHECK(!refused([](auto&) {}));
  CHECK(refused([](auto& head) { head.runs[2].granule = 9999; }));
  CHECK(refused([](auto& head) { head.runs[1].granule = disk_granules; }));
  CHECK(refused([](auto& head) { head.runs[0].count = 0; }));
  CHECK(refused([](auto& head) { head.raw_bytes = 4096; }));
  CHECK(refused([](auto& head) { head.stored_bytes = 8192; }));
  CHECK(refused([](auto& head) { head.codec = static_cast<frame::Codec>(2); }));
  CHECK(refused([](auto& head) { head.runs.clear(); }));
  CHECK(refused([](auto& head) {
    head.runs = {{0, 257, false}};
    head.raw_bytes = head.stored_bytes = 257 * 4096;
  }));
  CHECK(refused([](auto& head) { head.runs.assign(513, {1, 1, true}); }));
}

TEST_CASE("twenty thousand mutated frames never get past the checks into trouble") {
  std::mt19937 random{7};
  const auto pick = [&random](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
  };
  Decompressor decompressor;
  Compressor compressor;
  std::vector<std::byte> data(3 * 4096, std::byte{'a'});
  std::vector<std::byte> packed(data.size());
  auto head = good_head();
  head.codec = frame::Codec::zstd;
  head.stored_bytes = static_cast<std::uint32_t>(compressor.compress(data, packed, 4).value());
  auto payload = chunk_payload(head);
  std::memcpy(payload.data() + payload.size() - head.stored_bytes, packed.data(),
              head.stored_bytes);
  std::vector<std::byte> frame(frame::prefix_bytes);
  frame::put_prefix({frame::Type::chunk, 1, 0, 5}, static_cast<std::uint32_t>(payload.size()),
                    frame.data());
  frame.insert(frame.end(), payload.begin(), payload.end());
  frame.resize(frame.size() + frame::tag_bytes);
  REQUIRE(frame::parse_prefix(frame));
  std::vector<std::byte> out(limits::chunk_bytes);
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto mutant = frame;
    for (std::size_t i = pick(6) + 1; i > 0; --i) {
      mutant[pick(mutant.size())] = static_cast<std::byte>(pick(256));
    }
    if (pick(4) == 0) mutant.resize(pick(mutant.size()) + 1);
    const auto prefix = frame::parse_prefix(mutant);
    std::span<const std::byte> rest = mutant;
    if (!prefix && mutant.size() < frame::prefix_bytes + frame::tag_bytes) continue;
    rest = rest.subspan(frame::prefix_bytes);
    rest = rest.first(rest.size() - frame::tag_bytes);
    (void)frame::parse_ack(rest);
    (void)frame::parse_hello(rest);
    (void)frame::parse_welcome(rest);
    (void)frame::parse_error(rest);
    frame::ChunkHead read;
    const auto body = frame::parse_chunk(rest, disk_granules, read);
    if (!body) continue;
    ++accepted;
    std::uint64_t granules = 0;
    for (const auto& run : read.runs) {
      REQUIRE(run.granule + run.count <= disk_granules);
      granules += run.zero ? 0 : run.count;
    }
    REQUIRE(granules * 4096 == read.raw_bytes);
    REQUIRE(read.raw_bytes <= limits::chunk_bytes);
    (void)decompressor.decompress(*body, std::span{out}.first(read.raw_bytes));
  }
  CHECK(accepted > 100);  // the mutants do reach the deeper checks
}

TEST_CASE("a seal opens only with the same key, stream, direction, salts and sequence") {
  const SessionKey key{1, random_bytes(32), true, 1};
  const auto salts = random_bytes(32);
  for (const bool sealed : {true, false}) {
    auto mine = key;
    mine.sealed = sealed;
    LinkSeal sender{mine, 0, Direction::to_target, salts};
    const frame::Prefix prefix{frame::Type::chunk, 1, 0, 9};
    const auto bytes = sender.message(prefix, "forty-two");
    const auto opens = [&](const SessionKey& with, std::uint32_t stream, Direction direction,
                           const std::string& with_salts, std::uint64_t sequence,
                           std::size_t flip = 1000) {
      auto copy = bytes;
      if (flip < copy.size()) copy[flip] = static_cast<char>(copy[flip] ^ 4);
      LinkSeal receiver{with, stream, direction, with_salts};
      auto seen = prefix;
      seen.sequence = sequence;
      const auto payload = receiver.open(seen, std::as_writable_bytes(std::span{copy}));
      return payload && std::memcmp(payload->data(), "forty-two", 9) == 0;
    };
    CHECK(opens(mine, 0, Direction::to_target, salts, 9));
    auto other = mine;
    other.secret = random_bytes(32);
    CHECK(!opens(other, 0, Direction::to_target, salts, 9));
    CHECK(!opens(mine, 1, Direction::to_target, salts, 9));
    CHECK(!opens(mine, 0, Direction::to_source, salts, 9));
    CHECK(!opens(mine, 0, Direction::to_target, random_bytes(32), 9));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      CHECK(!opens(mine, 0, Direction::to_target, salts, 9, i));
    }
    if (sealed) CHECK(!opens(mine, 0, Direction::to_target, salts, 10));
    if (sealed) CHECK(bytes.find("forty-two") == std::string::npos);
  }
}

TEST_CASE("a zstd body that claims another size is refused") {
  Compressor compressor;
  Decompressor decompressor;
  std::vector<std::byte> data(limits::chunk_bytes, std::byte{7});
  std::vector<std::byte> packed(data.size());
  for (int level = 1; level <= 10; ++level) {
    const auto size = compressor.compress(data, packed, level);
    REQUIRE(size);
    std::vector<std::byte> out(data.size());
    CHECK(decompressor.decompress({packed.data(), *size}, out));
    CHECK(out == data);
    CHECK(!decompressor.decompress({packed.data(), *size}, std::span{out}.first(4096)));
    CHECK(!decompressor.decompress({packed.data(), *size - 1}, out));
  }
}

TEST_CASE("after a body that did not shrink three more go raw untried") {
  Compressor compressor;
  const auto noise = random_bytes(65536);
  const std::string zeros(65536, '\0');
  std::vector<std::byte> out(65536);
  const auto shrinks = [&](const std::string& text) {
    return compressor.compress(std::as_bytes(std::span{text}), out, 4).has_value();
  };
  CHECK(shrinks(zeros));
  CHECK(!shrinks(noise));
  for (int i = 0; i < 3; ++i) CHECK(!shrinks(zeros));
  CHECK(shrinks(zeros));
}

TEST_CASE("the level falls while credit is always there and never rises above the configured") {
  AdaptiveLevel level;
  int now = 7;
  for (int i = 0; i < 16 * 4; ++i) now = level.next(7, false);
  CHECK(now == 3);
  for (int i = 0; i < 16 * 2; ++i) now = level.next(7, true);
  CHECK(now == 5);
  for (int i = 0; i < 16 * 20; ++i) now = level.next(7, true);
  CHECK(now == 7);
  CHECK(level.next(2, true) == 2);
}
