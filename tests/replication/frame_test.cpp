// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/frame.hpp"

#include <array>
#include <cstring>
#include <limits>
#include <random>
#include <tuple>

#include <doctest/doctest.h>
#include <msgpack.hpp>

#include "base/random.hpp"
#include "replication/codec.hpp"
#include "replication/seal.hpp"

using namespace ferry;

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint64_t disk_granules = 10'000;

Bytes chunk_payload(const frame::ChunkHead& head) {
  Bytes bytes(frame::chunk_head_bytes(head) + head.stored_bytes);
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

Bytes prefix_of(const frame::Prefix& prefix, std::uint32_t payload_bytes) {
  Bytes bytes(frame::prefix_bytes);
  frame::put_prefix(prefix, payload_bytes, bytes.data());
  return bytes;
}

/// The first value of the bytes as the msgpack library understands it.
template <class T>
T as(std::span<const std::byte> bytes, std::size_t& size) {
  size = 0;
  const auto handle =
      msgpack::unpack(reinterpret_cast<const char*>(bytes.data()), bytes.size(), size);
  return handle.get().as<T>();
}

/// What the msgpack library makes of these values, as bytes.
template <class... Values>
Bytes packed(const Values&... values) {
  msgpack::sbuffer buffer;
  msgpack::pack(buffer, std::make_tuple(values...));
  const auto bytes = std::as_bytes(std::span{buffer.data(), buffer.size()});
  return {bytes.begin(), bytes.end()};
}

/// The library packs a vector of char as bin, a string as str.
std::vector<char> binary(const std::string& bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

TEST_CASE("any reader of msgpack understands a frame up to its body") {
  std::size_t size = 0;
  using Prefix = std::tuple<std::string, int, int, std::uint64_t, int, std::uint64_t, int>;
  const auto prefix = prefix_of({frame::Type::chunk, std::uint64_t{1} << 63, 3, 70'000}, 90);
  CHECK(as<Prefix>(prefix, size) == Prefix{"FDP1", 1, 4, std::uint64_t{1} << 63, 3, 70'000, 90});
  CHECK(size == frame::prefix_bytes);

  using Runs = std::vector<std::tuple<std::uint64_t, std::uint32_t, bool>>;
  using Head = std::tuple<int, int, int, std::vector<char>, Runs>;
  const auto fold = binary({"\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0", 16});
  const auto head = good_head();
  CHECK(as<Head>(chunk_payload(head), size) ==
        Head{0, 12288, 12288, fold, {{0, 1, false}, {17, 5000, true}, {9998, 2, false}}});
  CHECK(size == frame::chunk_head_bytes(head));
}

TEST_CASE("the largest numbers and the most runs fit the room before the body") {
  const auto wide = std::numeric_limits<std::uint64_t>::max();
  CHECK(prefix_of({frame::Type::error, wide, 7, wide}, 0xffff'ffff).size() == frame::prefix_bytes);
  auto head = good_head();
  const frame::Run run{limits::disk_bytes_max / limits::granule_bytes, 70'000, true};
  head.runs.assign(limits::chunk_runs_max, run);
  head.raw_bytes = head.stored_bytes = limits::chunk_bytes;
  CHECK(frame::chunk_head_bytes(head) == frame::chunk_head_bytes_max);
}

TEST_CASE("small payloads are read as any msgpack library writes them, and only whole") {
  const std::string salt(16, 's');
  const auto hello = packed(binary(salt), std::uint64_t{1} << 40, true);
  CHECK(frame::parse_hello(hello)->disk_bytes == std::uint64_t{1} << 40);
  CHECK(frame::parse_hello(hello)->sealed);
  CHECK(frame::parse_welcome(packed(binary(salt), binary(salt), 8))->credit_chunks == 8);
  CHECK(frame::parse_ack(packed(300, 70))->durable == 70);
  const auto error = packed(static_cast<int>(Errc::fenced), std::string(100, 'e') + "\n");
  CHECK(frame::parse_error(error)->what == std::string(100, 'e') + " ");
  constexpr std::string_view wider_than_needed{"\xdc\0\2\xcf\0\0\0\0\0\0\1\0\xce\0\0\0\7", 17};
  CHECK(frame::parse_ack(std::as_bytes(std::span{wider_than_needed}))->written == 256);

  CHECK(!frame::parse_hello(packed(binary(salt + "s"), 1, true)));
  CHECK(!frame::parse_hello(packed(salt, 1, true)));
  CHECK(!frame::parse_hello(packed(binary(salt), 1, 1)));
  CHECK(!frame::parse_hello(packed(binary(salt), 1)));
  CHECK(!frame::parse_welcome(packed(binary(salt), binary(salt), 0)));
  CHECK(!frame::parse_welcome(packed(binary(salt), binary(salt), limits::credit_chunks_max + 1)));
  CHECK(!frame::parse_ack(packed(-1, -1)));
  CHECK(!frame::parse_ack(packed(2.5, 1.5)));
  CHECK(!frame::parse_ack(packed(70, 300)));
  CHECK(!frame::parse_ack(packed(300, 70, 1)));
  CHECK(!frame::parse_error(packed(std::uint32_t{0x10000} + 3005, "code beyond 16 bits")));
  for (const auto& whole : {hello, error}) {
    auto changed = whole;
    changed.push_back(std::byte{0});
    CHECK(!frame::parse_hello(changed));
    CHECK(!frame::parse_error(changed));
    for (changed.pop_back(); !changed.empty();) {
      changed.pop_back();
      CHECK(!frame::parse_hello(changed));
      CHECK(!frame::parse_error(changed));
    }
  }
}

TEST_CASE("a prefix has one form, and each byte of it counts") {
  auto frame = prefix_of({frame::Type::end, 1, 0, 5}, 0);
  frame.resize(frame.size() + frame::tag_bytes);
  const auto same = frame::parse_prefix(frame);
  REQUIRE(same);
  CHECK(prefix_of(*same, 0) == Bytes(frame.begin(), frame.begin() + frame::prefix_bytes));
  for (std::size_t i = 0; i < frame::prefix_bytes; ++i) {
    for (unsigned value = 0; value < 256; ++value) {
      auto mutant = frame;
      mutant[i] = static_cast<std::byte>(value);
      if (const auto prefix = frame::parse_prefix(mutant)) {
        CHECK(prefix_of(*prefix, 0) == Bytes(mutant.begin(), mutant.begin() + frame::prefix_bytes));
      }
    }
  }
  // The same numbers in the same space: the version a byte longer, the type a byte shorter.
  auto other = frame;
  const std::array<unsigned char, 4> version_and_type{0xcd, 0, 1, 5};
  std::memcpy(other.data() + 6, version_and_type.data(), 4);
  CHECK(frame::parse_prefix(other).error().code == Errc::malformed);
}

TEST_CASE("a frame of another version is refused by its number, whatever else that version says") {
  for (const auto& foreign : {packed(std::string{"FDP1"}, 2, 5, 1, 0, 5, 0),
                              packed(std::string{"FDP1"}, 2, "new", true)}) {
    auto frame = foreign;
    frame.resize(frame::prefix_bytes + frame::tag_bytes);
    const auto refused = frame::parse_prefix(frame);
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::protocol_version);
    CHECK(refused.error().what.find("version 2") != std::string::npos);
  }
  auto frame = packed(std::string{"FDP2"}, 2, 5, 1, 0, 5, 0);
  frame.resize(frame::prefix_bytes + frame::tag_bytes);
  CHECK(frame::parse_prefix(frame).error().code == Errc::malformed);
}

TEST_CASE("sizes that lie are refused before anything believes them") {
  const auto refused = [](std::uint32_t fold_bytes, std::uint32_t runs) {
    msgpack::sbuffer buffer;
    msgpack::packer<msgpack::sbuffer> to{buffer};
    to.pack_array(5).pack(0).pack(4096).pack(4096);
    to.pack_bin(fold_bytes).pack_bin_body("sixteen bytes...", 16).pack_array(runs);
    frame::ChunkHead read;
    const auto bytes = std::as_bytes(std::span{buffer.data(), buffer.size()});
    const auto body = frame::parse_chunk(bytes, disk_granules, read);
    return !body && body.error().code == Errc::malformed && read.runs.capacity() <= 1;
  };
  for (const std::uint32_t size : {0U, 15U, 17U, 0xffU, 0xffffU, 0xffff'ffffU}) {
    CHECK(refused(size, 1));
    CHECK(refused(16, size));
  }
}

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
