// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Feeds bytes to the parsers of the data port, past the seal: as a peer could that
// holds a session's key and means harm.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "replication/codec.hpp"
#include "replication/frame.hpp"
#include "replication/tree_frame.hpp"

using namespace ferry;

namespace {

constexpr std::uint64_t disk_granules = 10'000;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_chunk(std::span<const std::byte> payload) {
  static Decompressor decompressor;
  static std::vector<std::byte> out(limits::chunk_bytes);
  static frame::ChunkHead head;
  const auto body = frame::parse_chunk(payload, disk_granules, head);
  if (!body) return;
  std::uint64_t data = 0;
  for (const auto& run : head.runs) {
    check(run.count > 0);
    check(run.granule < disk_granules && run.count <= disk_granules - run.granule);
    if (!run.zero) data += std::uint64_t{run.count} * limits::granule_bytes;
  }
  check(!head.runs.empty() && head.runs.size() <= limits::chunk_runs_max);
  check(data == head.raw_bytes && data <= limits::chunk_bytes);
  check(body->size() == head.stored_bytes);
  check(body->data() >= payload.data() &&
        body->data() + body->size() == payload.data() + payload.size());
  // Our own form of the same head is not longer than theirs and says the same.
  std::vector<std::byte> copy(frame::chunk_head_bytes(head));
  check(copy.size() + body->size() <= payload.size());
  frame::put_chunk_head(head, copy.data());
  copy.insert(copy.end(), body->begin(), body->end());
  static frame::ChunkHead again;
  check(frame::parse_chunk(copy, disk_granules, again).has_value());
  check(again.runs == head.runs && again.fold == head.fold && again.codec == head.codec);
  if (head.codec == frame::Codec::zstd) {
    (void)decompressor.decompress(*body, std::span{out}.first(head.raw_bytes));
  }
}

void check_steps(std::span<const std::byte> payload) {
  frame::StepsHead head;
  const auto body = frame::parse_steps(payload, head);
  if (!body) return;
  check(head.raw_bytes > 0 && head.raw_bytes <= limits::chunk_bytes);
  if (head.codec == frame::Codec::zstd) return;
  auto rest = *body;
  for (auto before = rest.size();; before = rest.size()) {
    const auto step = frame::take_step(rest);
    if (!step || !*step) return;
    check(rest.size() < before && (*step)->bytes.size() < before);
    if (const auto listing = files::parse_listing((*step)->bytes)) {
      const auto again = files::encode(*listing);
      check(files::parse_listing(std::as_bytes(std::span{again})).has_value());
    }
    (void)files::parse_directory_end((*step)->bytes);
    (void)frame::parse_digest((*step)->bytes);
    (void)frame::parse_length((*step)->bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = std::as_bytes(std::span{data, size});
  const auto prefix = frame::parse_prefix(message);
  auto payload = message;
  if (prefix) {
    check(size >= frame::prefix_bytes + frame::tag_bytes);
    payload = message.subspan(frame::prefix_bytes);
    payload = payload.first(payload.size() - frame::tag_bytes);
    std::array<std::byte, frame::prefix_bytes> copy{};
    frame::put_prefix(*prefix, static_cast<std::uint32_t>(payload.size()), copy.data());
    check(std::ranges::equal(copy, message.first(frame::prefix_bytes)));
  }
  check_chunk(payload);
  check_steps(payload);
  if (const auto wanted = frame::parse_wanted(payload)) {
    check(frame::payload(*wanted).size() <= payload.size());
  }
  if (const auto summary = frame::parse_summary(payload)) {
    check(summary->issues.size() <= limits::file_issues_told_max);
  }
  if (const auto survey = frame::parse_survey(payload)) {
    const auto& [begin, end, digests] = survey->found;
    check(end >= begin && digests.size() <= limits::survey_granules_max);
    check(frame::payload(*survey).size() <= payload.size());
  }
  if (const auto hello = frame::parse_hello(payload)) check(hello->salt.size() == 16);
  if (const auto welcome = frame::parse_welcome(payload)) check(welcome->echo.size() == 16);
  if (const auto ack = frame::parse_ack(payload)) check(frame::payload(*ack).size() <= size);
  if (const auto error = frame::parse_error(payload)) check(error->what.size() <= size);
  return 0;
}
