// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/tree_frame.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <msgpack.hpp>

#include "base/msgpack_reader.hpp"
#include "replication/frame_packing.hpp"

namespace ferry::frame {

void put_steps_head(const StepsHead& head, std::byte* to) {
  Memory memory{reinterpret_cast<char*>(to)};
  msgpack::packer<Memory>{memory}
      .pack_array(3)
      .pack(static_cast<std::uint8_t>(head.codec))
      .pack_fix_uint32(head.raw_bytes)
      .pack_fix_uint32(head.stored_bytes);
}

Result<std::span<const std::byte>> parse_steps(std::span<const std::byte> payload,
                                               StepsHead& head) {
  MsgpackReader reader{payload};
  reader.array(3);
  const auto codec = reader.number<std::uint8_t>();
  head.raw_bytes = reader.number<std::uint32_t>();
  head.stored_bytes = reader.number<std::uint32_t>();
  if (!reader.ok() || codec > 1) return bad("a broken head of steps");
  head.codec = static_cast<Codec>(codec);
  if (head.raw_bytes == 0 || head.raw_bytes > limits::chunk_bytes) {
    return bad("no steps, or too many");
  }
  const bool raw = head.codec == Codec::raw;
  if (reader.rest().size() != head.stored_bytes || (raw && head.stored_bytes != head.raw_bytes)) {
    return bad("the steps have another size");
  }
  return reader.rest();
}

void put_step_head(StepKind kind, std::uint64_t number, std::uint32_t bytes, std::byte* to) {
  Memory memory{reinterpret_cast<char*>(to)};
  msgpack::packer<Memory> packer{memory};
  packer.pack_array(3).pack(static_cast<std::uint8_t>(kind)).pack_fix_uint64(number);
  // A packer chooses the width of bin by itself.
  const std::array<unsigned char, 5> bin{
      0xc6, static_cast<unsigned char>(bytes >> 24), static_cast<unsigned char>(bytes >> 16),
      static_cast<unsigned char>(bytes >> 8), static_cast<unsigned char>(bytes)};
  memory.write(reinterpret_cast<const char*>(bin.data()), bin.size());
}

Result<std::optional<Step>> take_step(std::span<const std::byte>& batch) {
  if (batch.empty()) return std::nullopt;
  MsgpackReader reader{batch};
  reader.array(3);
  const auto kind = reader.number<std::uint8_t>();
  Step step;
  step.number = reader.number<std::uint64_t>();
  const auto bytes = reader.binary();
  if (!reader.ok() || kind < 1 || kind > 10) return bad("a broken step");
  step.kind = static_cast<StepKind>(kind);
  step.bytes = std::as_bytes(std::span{bytes});
  batch = reader.rest();
  return step;
}

std::string encode_length(std::uint64_t bytes) {
  Text text;
  msgpack::packer<Text>{text}.pack(bytes);
  return std::move(text.bytes);
}

Result<std::uint64_t> parse_length(std::span<const std::byte> bytes) {
  MsgpackReader reader{bytes};
  const auto length = reader.number<std::uint64_t>();
  if (!reader.finished() || length == 0) return bad("a broken length");
  return length;
}

std::string encode(const files::FileDigest& digest) {
  Text text;
  msgpack::packer<Text>{text}.pack_array(2).pack(digest.low).pack(digest.high);
  return std::move(text.bytes);
}

Result<files::FileDigest> parse_digest(std::span<const std::byte> bytes) {
  MsgpackReader reader{bytes};
  reader.array(2);
  files::FileDigest digest;
  digest.low = reader.number<std::uint64_t>();
  digest.high = reader.number<std::uint64_t>();
  if (!reader.finished()) return bad("a broken digest");
  return digest;
}

std::string payload(const Wanted& wanted) {
  Text text;
  msgpack::packer<Text> to{text};
  to.pack_array(2).pack(wanted.first).pack_array(static_cast<std::uint32_t>(wanted.entries.size()));
  for (const auto& entries : wanted.entries) {
    to.pack_array(static_cast<std::uint32_t>(entries.size()));
    for (const auto entry : entries) to.pack(entry);
  }
  return std::move(text.bytes);
}

Result<Wanted> parse_wanted(std::span<const std::byte> payload) {
  MsgpackReader reader{payload};
  Wanted wanted;
  reader.array(2);
  wanted.first = reader.number<std::uint64_t>();
  const auto listings = reader.array();
  if (!reader.ok() || listings == 0 || listings > wanted_listings_max) return bad("broken wishes");
  for (std::uint64_t i = 0; i < listings; ++i) {
    auto& entries = wanted.entries.emplace_back();
    const auto count = reader.array();
    if (!reader.ok() || count > limits::listing_entries_max) return bad("broken wishes");
    for (std::uint64_t k = 0; k < count; ++k) {
      const auto entry = reader.number<std::uint32_t>();
      if (!entries.empty() && entry <= entries.back()) return bad("wishes in disorder");
      entries.push_back(entry);
    }
  }
  if (!reader.finished()) return bad("broken wishes");
  return wanted;
}

std::string payload(const Summary& summary) {
  Text text;
  msgpack::packer<Text> to{text};
  to.pack_array(3).pack(summary.removed).pack(summary.issues_total);
  to.pack_array(static_cast<std::uint32_t>(summary.issues.size()));
  for (const auto& issue : summary.issues) {
    const auto bytes = frame::payload(issue);
    to.pack_bin(static_cast<std::uint32_t>(bytes.size()))
        .pack_bin_body(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  }
  return std::move(text.bytes);
}

Result<Summary> parse_summary(std::span<const std::byte> payload) {
  MsgpackReader reader{payload};
  Summary summary;
  reader.array(3);
  summary.removed = reader.number<std::uint64_t>();
  summary.issues_total = reader.number<std::uint64_t>();
  const auto issues = reader.array();
  if (!reader.ok() || issues > limits::file_issues_told_max) return bad("a broken summary");
  for (std::uint64_t i = 0; i < issues; ++i) {
    const auto issue = parse_error(std::as_bytes(std::span{reader.binary()}));
    if (!issue) return fail(issue.error());
    summary.issues.push_back(*issue);
  }
  if (!reader.finished()) return bad("a broken summary");
  return summary;
}

std::string payload(const Survey& survey) {
  const auto& [begin, end, digests] = survey.found;
  std::string bytes;
  bytes.reserve(digests.size() * sizeof(std::uint64_t));
  for (const auto digest : digests) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      bytes.push_back(static_cast<char>(digest >> shift));
  }
  const auto size = static_cast<std::uint32_t>(bytes.size());
  Text text;
  msgpack::packer<Text>{text}
      .pack_array(4)
      .pack(survey.number)
      .pack(begin)
      .pack(end)
      .pack_bin(size)
      .pack_bin_body(bytes.data(), size);
  return std::move(text.bytes);
}

Result<Survey> parse_survey(std::span<const std::byte> payload) {
  MsgpackReader reader{payload};
  Survey survey;
  auto& [begin, end, digests] = survey.found;
  reader.array(4);
  survey.number = reader.number<std::uint64_t>();
  begin = reader.number<std::uint64_t>();
  end = reader.number<std::uint64_t>();
  const auto bytes = reader.binary();
  constexpr auto width = sizeof(std::uint64_t);
  if (!reader.finished() || bytes.size() % width != 0 ||
      bytes.size() / width > limits::survey_granules_max) {
    return bad("a broken survey");
  }
  const bool nothing = end == begin && bytes.empty();
  if (begin > limits::file_bytes_max || (begin | end) % limits::granule_bytes != 0 ||
      end > files::FileSurvey::no_end ||
      (!nothing &&
       (end < begin + files::FileSurvey::window_bytes && end != files::FileSurvey::no_end))) {
    return bad("a survey of other bounds than can be");
  }
  for (std::size_t at = 0; at < bytes.size(); at += width) {
    std::uint64_t digest = 0;
    for (std::size_t i = 0; i < width; ++i) {
      digest |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    digests.push_back(digest);
  }
  return survey;
}

}  // namespace ferry::frame
