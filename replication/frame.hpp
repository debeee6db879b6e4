// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The layout of data-plane frames; docs/protocol-data.md is its description for
// people. A frame is msgpack up to its bulk body, and the size of a head is known
// before it is written, because it goes into the space just before the data that
// was read from the disk, so that a frame leaves without being copied. Everything
// here treats its input as hostile: no size is believed before it is compared with
// the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "replication/granule.hpp"

namespace ferry::frame {

enum class Type : std::uint8_t {
  hello = 1,     // sender: a stream asks for a link
  welcome = 2,   // receiver: its half of the salt, and the credit
  refuse = 3,    // receiver: an error outside a link
  chunk = 4,     // sender: runs of granules and their data
  end = 5,       // sender: the stream has sent all chunks of its pass
  ack = 6,       // receiver: how many frames are written, and how many durable
  error = 7,     // receiver: the link ends with this error
  steps = 8,     // sender: a batch of steps of a tree (tree_frame.hpp)
  wanted = 9,    // receiver: which entries of listings have to be sent
  summary = 10,  // receiver: what a pass over a tree came to
  survey = 11,   // receiver: what it holds of a file
};

/// The clear part of every frame, authenticated but not encrypted.
struct Prefix {
  Type type = Type::hello;
  std::uint64_t session = 0;
  std::uint32_t stream = 0;
  std::uint64_t sequence = 0;
};
// An array of name, version, type, session, stream, sequence and payload size, each of them in
// the same number of bytes whatever its value.
inline constexpr std::size_t prefix_bytes = 1 + 5 + 2 + 2 + 9 + 5 + 9 + 5;
inline constexpr std::size_t tag_bytes = 16;

void put_prefix(const Prefix& prefix, std::uint32_t payload_bytes, std::byte* to);
/// Checks that it is what put_prefix writes, and that the payload has the announced size.
[[nodiscard]] Result<Prefix> parse_prefix(std::span<const std::byte> message);

/// `count` granules from `granule` on; zero runs carry no data.
struct Run {
  std::uint64_t granule = 0;
  std::uint32_t count = 0;
  bool zero = false;

  friend bool operator==(const Run&, const Run&) = default;
};
inline constexpr std::uint32_t run_granules_max = (1U << 23) - 1;  // 32 GiB: one hole

enum class Codec : std::uint8_t { raw = 0, zstd = 1 };

struct ChunkHead {
  Codec codec = Codec::raw;
  std::uint32_t raw_bytes = 0;     // of all data runs together
  std::uint32_t stored_bytes = 0;  // of the body as it travels
  Leaf fold;                       // of the data runs' leaves in order
  std::vector<Run> runs;
};
// Numbers are written in their shortest form, of which this is the longest.
inline constexpr std::size_t run_bytes_max = 1 + 9 + 5 + 1;
inline constexpr std::size_t chunk_head_bytes_max =
    1 + 1 + 5 + 5 + (2 + sizeof(Leaf)) + 3 + limits::chunk_runs_max * run_bytes_max;
static_assert(prefix_bytes + chunk_head_bytes_max + limits::chunk_bytes + tag_bytes <=
              limits::data_frame_bytes_max);

[[nodiscard]] std::size_t chunk_head_bytes(const ChunkHead& head);
void put_chunk_head(const ChunkHead& head, std::byte* to);
/// Reads the head into `head`, whose vector is reused, and returns the body.
/// Checks that runs lie within `disk_granules`, that their data adds up to
/// raw_bytes, that a chunk is at most one MiB, and that the body has its size.
[[nodiscard]] Result<std::span<const std::byte>> parse_chunk(std::span<const std::byte> payload,
                                                             std::uint64_t disk_granules,
                                                             ChunkHead& head);

inline constexpr std::size_t salt_bytes = 16;

struct Hello {
  std::string salt;              // salt_bytes
  std::uint64_t disk_bytes = 0;  // of a disk; 0: a tree of files is sent
  bool sealed = true;
};
struct Welcome {
  std::string salt;  // salt_bytes
  std::string echo;  // the salt of the hello it answers
  std::uint32_t credit_chunks = 0;
};
struct Ack {
  std::uint64_t written = 0;  // frames of this link taken up: credit
  std::uint64_t durable = 0;  // frames of this link that survive a crash
};

[[nodiscard]] std::string payload(const Hello& hello);
[[nodiscard]] std::string payload(const Welcome& welcome);
[[nodiscard]] std::string payload(const Ack& ack);
[[nodiscard]] std::string payload(const Error& error);
[[nodiscard]] Result<Hello> parse_hello(std::span<const std::byte> payload);
[[nodiscard]] Result<Welcome> parse_welcome(std::span<const std::byte> payload);
[[nodiscard]] Result<Ack> parse_ack(std::span<const std::byte> payload);
[[nodiscard]] Result<Error> parse_error(std::span<const std::byte> payload);

}  // namespace ferry::frame
