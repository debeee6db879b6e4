// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/frame.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include <msgpack.hpp>

#include "base/msgpack_reader.hpp"
#include "replication/frame_packing.hpp"

namespace ferry::frame {
namespace {

constexpr std::string_view protocol = "FDP1";
constexpr std::uint8_t version = 1;
constexpr std::size_t error_text_max = 512;

// A packer writes to it to learn how much it would.
struct Count {
  std::size_t bytes = 0;
  void write(const char*, std::size_t size) { bytes += size; }
};

msgpack::type::raw_ref bin(std::string_view bytes) {
  return {bytes.data(), static_cast<std::uint32_t>(bytes.size())};
}

template <class Sink, class... Values>
void put_array(msgpack::packer<Sink>& to, const Values&... values) {
  to.pack_array(sizeof...(values));
  (to.pack(values), ...);
}

template <class... Values>
std::string array_of(const Values&... values) {
  Text text;
  msgpack::packer<Text> to{text};
  put_array(to, values...);
  return std::move(text.bytes);
}

Result<> take_run(MsgpackReader& reader, std::uint64_t disk_granules, Run& run) {
  reader.array(3);
  run.granule = reader.number<std::uint64_t>();
  run.count = reader.number<std::uint32_t>();
  run.zero = reader.boolean();
  if (!reader.ok()) return bad("a broken run");
  if (run.count == 0 || run.count > run_granules_max) return bad("an empty run or one without end");
  if (run.granule >= disk_granules || run.count > disk_granules - run.granule) {
    return bad("a run of " + std::to_string(run.count) + " granules at " +
               std::to_string(run.granule) + " is beyond the end of the disk");
  }
  return {};
}

template <class Sink>
void put_chunk_head(const ChunkHead& head, Sink& sink) {
  msgpack::packer<Sink> to{sink};
  const std::string_view fold{reinterpret_cast<const char*>(&head.fold), sizeof head.fold};
  to.pack_array(5);
  to.pack(static_cast<std::uint8_t>(head.codec));
  to.pack(head.raw_bytes);
  to.pack(head.stored_bytes);
  to.pack(bin(fold));
  to.pack_array(static_cast<std::uint32_t>(head.runs.size()));
  for (const auto& run : head.runs) put_array(to, run.granule, run.count, run.zero);
}

}  // namespace

void put_prefix(const Prefix& prefix, std::uint32_t payload_bytes, std::byte* to) {
  Memory memory{reinterpret_cast<char*>(to)};
  msgpack::packer<Memory>{memory}
      .pack_array(7)
      .pack_str(protocol.size())
      .pack_str_body(protocol.data(), protocol.size())
      .pack_fix_uint8(version)
      .pack_fix_uint8(static_cast<std::uint8_t>(prefix.type))
      .pack_fix_uint64(prefix.session)
      .pack_fix_uint32(prefix.stream)
      .pack_fix_uint64(prefix.sequence)
      .pack_fix_uint32(payload_bytes);
}

Result<Prefix> parse_prefix(std::span<const std::byte> message) {
  if (message.size() < prefix_bytes + tag_bytes) return bad("too short");
  MsgpackReader reader{message.first(prefix_bytes)};
  reader.array();  // whose size may be another in another version
  if (reader.text() != protocol) return bad("foreign protocol name");
  const auto theirs = reader.number<std::uint64_t>();
  if (reader.ok() && theirs != version) {
    return fail(Errc::protocol_version, "data frame of version " + std::to_string(theirs));
  }
  const auto type = reader.number<std::uint8_t>();
  if (type < 1 || type > 11) return bad("unknown type " + std::to_string(type));
  Prefix prefix;
  prefix.type = static_cast<Type>(type);
  prefix.session = reader.number<std::uint64_t>();
  prefix.stream = reader.number<std::uint32_t>();
  prefix.sequence = reader.number<std::uint64_t>();
  const auto payload_bytes = reader.number<std::uint32_t>();
  // With numbers of other widths a prefix could be as long and say the same: one form will do.
  std::array<std::byte, prefix_bytes> only_form{};
  put_prefix(prefix, payload_bytes, only_form.data());
  if (!std::ranges::equal(only_form, message.first(prefix_bytes))) return bad("broken prefix");
  if (payload_bytes != message.size() - prefix_bytes - tag_bytes) {
    return bad("announced and real size differ");
  }
  if (prefix.stream >= limits::streams_max) return bad("stream number beyond the limit");
  return prefix;
}

std::size_t chunk_head_bytes(const ChunkHead& head) {
  Count count;
  put_chunk_head(head, count);
  return count.bytes;
}

void put_chunk_head(const ChunkHead& head, std::byte* to) {
  Memory memory{reinterpret_cast<char*>(to)};
  put_chunk_head(head, memory);
}

Result<std::span<const std::byte>> parse_chunk(std::span<const std::byte> payload,
                                               std::uint64_t disk_granules, ChunkHead& head) {
  MsgpackReader reader{payload};
  reader.array(5);
  const auto codec = reader.number<std::uint8_t>();
  head.raw_bytes = reader.number<std::uint32_t>();
  head.stored_bytes = reader.number<std::uint32_t>();
  const auto fold = reader.binary();
  const auto runs = reader.array();
  if (!reader.ok() || codec > 1 || fold.size() != sizeof head.fold) return bad("broken chunk head");
  if (runs == 0 || runs > limits::chunk_runs_max) return bad("a chunk without or with many runs");
  head.codec = static_cast<Codec>(codec);
  std::memcpy(&head.fold, fold.data(), sizeof head.fold);
  head.runs.clear();
  std::uint64_t data_granules = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    auto& run = head.runs.emplace_back();
    if (auto done = take_run(reader, disk_granules, run); !done) return fail(done.error());
    if (!run.zero) data_granules += run.count;
  }
  if (data_granules > limits::granules_per_chunk ||
      data_granules * limits::granule_bytes != head.raw_bytes) {
    return bad("the runs' data does not add up");
  }
  if (reader.rest().size() != head.stored_bytes) return bad("the body has another size");
  if (head.codec == Codec::raw && head.stored_bytes != head.raw_bytes) {
    return bad("a raw body with another size than its data");
  }
  return reader.rest();
}

std::string payload(const Hello& hello) {
  return array_of(bin(hello.salt), hello.disk_bytes, hello.sealed);
}

std::string payload(const Welcome& welcome) {
  return array_of(bin(welcome.salt), bin(welcome.echo), welcome.credit_chunks);
}

std::string payload(const Ack& ack) { return array_of(ack.written, ack.durable); }

std::string payload(const Error& error) {
  return array_of(static_cast<std::uint16_t>(error.code), error.what.substr(0, error_text_max));
}

Result<Hello> parse_hello(std::span<const std::byte> payload) {
  MsgpackReader reader{payload};
  reader.array(3);
  Hello hello;
  hello.salt = reader.binary();
  hello.disk_bytes = reader.number<std::uint64_t>();
  hello.sealed = reader.boolean();
  if (!reader.finished() || hello.salt.size() != salt_bytes) return bad("broken hello");
  return hello;
}

Result<Welcome> parse_welcome(std::span<const std::byte> payload) {
  MsgpackReader reader{payload};
  reader.array(3);
  Welcome welcome;
  welcome.salt = reader.binary();
  welcome.echo = reader.binary();
  welcome.credit_chunks = reader.number<std::uint32_t>();
  if (!reader.finished() || welcome.salt.size() != salt_bytes ||
      welcome.echo.size() != salt_bytes || welcome.credit_chunks == 0 ||
      welcome.credit_chunks > limits::credit_chunks_max) {
    return bad("broken welcome");
  }
  return welcome;
}

Result<Ack> parse_ack(std::span<const std::byte> payload) {
  MsgpackReader reader{payload};
  reader.array(2);
  Ack ack;
  ack.written = reader.number<std::uint64_t>();
  ack.durable = reader.number<std::uint64_t>();
  if (!reader.finished() || ack.durable > ack.written) return bad("broken acknowledgement");
  return ack;
}

Result<Error> parse_error(std::span<const std::byte> payload) {
  MsgpackReader reader{payload};
  reader.array(2);
  const auto code = static_cast<Errc>(reader.number<std::uint16_t>());
  std::string text{reader.text().substr(0, error_text_max)};
  if (!reader.finished() || code_name(code) == "unknown") return bad("broken error");
  // The text goes to logs and consoles, so control characters stay out.
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return Error{code, std::move(text), {}};
}

}  // namespace ferry::frame
