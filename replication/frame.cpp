// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/frame.hpp"

#include <algorithm>
#include <cstring>

namespace ferry::frame {
namespace {

constexpr std::uint32_t magic = 0x31504446;  // "FDP1"
constexpr std::uint8_t version = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t error_text_max = 512;
constexpr unsigned run_count_shift = 40;
constexpr std::uint64_t run_granule_mask = (std::uint64_t{1} << run_count_shift) - 1;
constexpr std::uint64_t run_zero_bit = std::uint64_t{1} << 63;

template <class T>
std::byte* put(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);  // granule.cpp asserts a little-endian machine
  return to + sizeof value;
}

template <class T>
void append(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Takes fields off the front of hostile bytes; once it ran short it stays bad.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class T>
  T take() {
    T value{};
    const auto from = bytes(sizeof value);
    if (ok_) std::memcpy(&value, from.data(), sizeof value);
    return value;
  }
  std::span<const std::byte> bytes(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto front = rest_.first(count);
    rest_ = rest_.subspan(count);
    return front;
  }
  std::string text(std::size_t count) {
    const auto from = bytes(count);
    return {reinterpret_cast<const char*>(from.data()), from.size()};
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }
  [[nodiscard]] std::span<const std::byte> rest() const { return rest_; }

 private:
  std::span<const std::byte> rest_;
  bool ok_ = true;
};

tl::unexpected<Error> bad(std::string_view what) {
  return fail(Errc::malformed, "data frame: " + std::string{what});
}

Result<> check_run(const Run& run, std::uint64_t disk_granules) {
  if (run.count == 0) return bad("an empty run");
  if (run.granule >= disk_granules || run.count > disk_granules - run.granule) {
    return bad("a run of " + std::to_string(run.count) + " granules at " +
               std::to_string(run.granule) + " is beyond the end of the disk");
  }
  return {};
}

}  // namespace

void put_prefix(const Prefix& prefix, std::uint32_t payload_bytes, std::byte* to) {
  to = put(to, magic);
  to = put(to, version);
  to = put(to, static_cast<std::uint8_t>(prefix.type));
  to = put(to, std::uint16_t{0});
  to = put(to, prefix.session);
  to = put(to, prefix.stream);
  to = put(to, prefix.sequence);
  put(to, payload_bytes);
}

Result<Prefix> parse_prefix(std::span<const std::byte> message) {
  if (message.size() < prefix_bytes + tag_bytes) return bad("too short");
  Reader reader{message.first(prefix_bytes)};
  if (reader.take<std::uint32_t>() != magic) return bad("foreign magic number");
  if (const auto theirs = reader.take<std::uint8_t>(); theirs != version) {
    return fail(Errc::protocol_version, "data frame of version " + std::to_string(theirs));
  }
  const auto type = reader.take<std::uint8_t>();
  if (type < 1 || type > 7) return bad("unknown type " + std::to_string(type));
  if (reader.take<std::uint16_t>() != 0) return bad("reserved field is not zero");
  Prefix prefix;
  prefix.type = static_cast<Type>(type);
  prefix.session = reader.take<std::uint64_t>();
  prefix.stream = reader.take<std::uint32_t>();
  prefix.sequence = reader.take<std::uint64_t>();
  if (reader.take<std::uint32_t>() != message.size() - prefix_bytes - tag_bytes) {
    return bad("announced and real size differ");
  }
  if (prefix.stream >= limits::streams_max) return bad("stream number beyond the limit");
  return prefix;
}

std::size_t chunk_head_bytes(const ChunkHead& head) {
  return chunk_head_fixed_bytes + head.runs.size() * 8;
}

void put_chunk_head(const ChunkHead& head, std::byte* to) {
  to = put(to, static_cast<std::uint16_t>(head.runs.size()));
  to = put(to, static_cast<std::uint8_t>(head.codec));
  to = put(to, std::uint8_t{0});
  to = put(to, head.raw_bytes);
  to = put(to, head.stored_bytes);
  to = put(to, head.fold);
  for (const auto& run : head.runs) {
    to = put(to, run.granule | (std::uint64_t{run.count} << run_count_shift) |
                     (run.zero ? run_zero_bit : 0));
  }
}

Result<std::span<const std::byte>> parse_chunk(std::span<const std::byte> payload,
                                               std::uint64_t disk_granules, ChunkHead& head) {
  Reader reader{payload};
  const std::size_t runs = reader.take<std::uint16_t>();
  const auto codec = reader.take<std::uint8_t>();
  const auto reserved = reader.take<std::uint8_t>();
  head.raw_bytes = reader.take<std::uint32_t>();
  head.stored_bytes = reader.take<std::uint32_t>();
  head.fold = reader.take<Leaf>();
  if (!reader.ok() || reserved != 0 || codec > 1) return bad("broken chunk head");
  if (runs == 0 || runs > limits::chunk_runs_max) return bad("a chunk without or with many runs");
  head.codec = static_cast<Codec>(codec);
  head.runs.clear();
  std::uint64_t data_granules = 0;
  for (std::size_t i = 0; i < runs; ++i) {
    const auto packed = reader.take<std::uint64_t>();
    const Run run{packed & run_granule_mask,
                  static_cast<std::uint32_t>((packed >> run_count_shift) & run_granules_max),
                  (packed & run_zero_bit) != 0};
    if (!reader.ok()) return bad("fewer runs than announced");
    if (auto good = check_run(run, disk_granules); !good) return fail(good.error());
    if (!run.zero) data_granules += run.count;
    head.runs.push_back(run);
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
  std::string bytes = hello.salt;
  append(bytes, hello.disk_bytes);
  append(bytes, static_cast<std::uint8_t>(hello.sealed ? 1 : 0));
  return bytes;
}

std::string payload(const Welcome& welcome) {
  std::string bytes = welcome.salt + welcome.echo;
  append(bytes, welcome.credit_chunks);
  return bytes;
}

std::string payload(const Ack& ack) {
  std::string bytes;
  append(bytes, ack.written);
  append(bytes, ack.durable);
  return bytes;
}

std::string payload(const Error& error) {
  std::string bytes;
  append(bytes, static_cast<std::uint16_t>(error.code));
  return bytes + error.what.substr(0, error_text_max);
}

Result<Hello> parse_hello(std::span<const std::byte> payload) {
  Reader reader{payload};
  Hello hello;
  hello.salt = reader.text(salt_bytes);
  hello.disk_bytes = reader.take<std::uint64_t>();
  hello.sealed = reader.take<std::uint8_t>() != 0;
  if (!reader.finished()) return bad("broken hello");
  return hello;
}

Result<Welcome> parse_welcome(std::span<const std::byte> payload) {
  Reader reader{payload};
  Welcome welcome;
  welcome.salt = reader.text(salt_bytes);
  welcome.echo = reader.text(salt_bytes);
  welcome.credit_chunks = reader.take<std::uint32_t>();
  if (!reader.finished() || welcome.credit_chunks == 0 ||
      welcome.credit_chunks > limits::credit_chunks_max) {
    return bad("broken welcome");
  }
  return welcome;
}

Result<Ack> parse_ack(std::span<const std::byte> payload) {
  Reader reader{payload};
  Ack ack;
  ack.written = reader.take<std::uint64_t>();
  ack.durable = reader.take<std::uint64_t>();
  if (!reader.finished() || ack.durable > ack.written) return bad("broken acknowledgement");
  return ack;
}

Result<Error> parse_error(std::span<const std::byte> payload) {
  Reader reader{payload};
  const auto code = static_cast<Errc>(reader.take<std::uint16_t>());
  if (!reader.ok() || code_name(code) == "unknown") return bad("broken error");
  auto text = reader.text(std::min(reader.rest().size(), error_text_max));
  // The text goes to logs and consoles, so control characters stay out.
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return Error{code, std::move(text), {}};
}

}  // namespace ferry::frame
