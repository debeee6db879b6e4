// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the frames of a session say that carries a tree of files; docs/protocol-data.md describes
// them. The steps of a pass travel in batches, small files and listings many to a frame, and the
// answers to listings come back in the order of the listings. As in frame.hpp all input is hostile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "files/file_entry.hpp"
#include "files/file_survey.hpp"
#include "replication/frame.hpp"

namespace ferry::frame {

/// The head of a batch of steps, which follow behind it.
struct StepsHead {
  Codec codec = Codec::raw;
  std::uint32_t raw_bytes = 0;     // 1 to limits::chunk_bytes
  std::uint32_t stored_bytes = 0;  // as they travel
};
// In one width always, because it is written in front of steps that lie there already.
inline constexpr std::size_t steps_head_bytes = 1 + 1 + 5 + 5;
void put_steps_head(const StepsHead& head, std::byte* to);
/// Reads the head and returns the body, which has the announced size. Error: malformed.
[[nodiscard]] Result<std::span<const std::byte>> parse_steps(std::span<const std::byte> payload,
                                                             StepsHead& head);

enum class StepKind : std::uint8_t {
  listing = 1,        // bytes: a page of a directory
  file = 2,           // a file's data begins. bytes: a listing of this file alone
  piece = 3,          // number: the offset of the bytes
  file_end = 4,       // number: the file's size. bytes: its digest
  name = 5,           // a further name. bytes: a listing of this name alone
  directory_end = 6,  // bytes: the directory's end
  comparison = 7,     // bytes: a page of a directory, which is only compared
  survey = 8,         // number: an offset. bytes: the path of a file, asked for from there on
  patch = 9,          // as file, but what doesn't come stays as the target has it
  hole = 10,          // number: the offset of the hole. bytes: its length
};

struct Step {
  StepKind kind = StepKind::listing;
  std::uint64_t number = 0;
  std::span<const std::byte> bytes;
};
// In one width always, because a piece is read to where it is sent from.
inline constexpr std::size_t step_head_bytes = 1 + 1 + 9 + 5;
void put_step_head(StepKind kind, std::uint64_t number, std::uint32_t bytes, std::byte* to);
/// Takes the next step off the front of `batch`, nothing at its end. Error: malformed.
[[nodiscard]] Result<std::optional<Step>> take_step(std::span<const std::byte>& batch);

[[nodiscard]] std::string encode_length(std::uint64_t bytes);
[[nodiscard]] Result<std::uint64_t> parse_length(std::span<const std::byte> bytes);
[[nodiscard]] std::string encode(const files::FileDigest& digest);
[[nodiscard]] Result<files::FileDigest> parse_digest(std::span<const std::byte> bytes);

/// The answers to some listings of a pass, or to comparisons.
struct Wanted {
  std::uint64_t first = 0;  // the number of the first of these listings within the pass, from 0
  std::vector<std::vector<std::uint32_t>>
      entries;  // of each: ascending indices of what to send, or what differs
};
// A frame with so many indices is full, and a last listing still fits.
inline constexpr std::size_t wanted_entries_full = 8192;
inline constexpr std::size_t wanted_listings_max = 4096;

/// What the receiver did in a pass over a tree.
struct Summary {
  std::uint64_t removed = 0;
  std::uint64_t issues_total = 0;
  std::vector<Error> issues;  // the first limits::file_issues_told_max
};

/// The answer to a survey.
struct Survey {
  std::uint64_t number = 0;  // of the survey within the pass, from 0
  files::FileSurvey found;
};

[[nodiscard]] std::string payload(const Wanted& wanted);
[[nodiscard]] std::string payload(const Summary& summary);
[[nodiscard]] std::string payload(const Survey& survey);
[[nodiscard]] Result<Wanted> parse_wanted(std::span<const std::byte> payload);
[[nodiscard]] Result<Summary> parse_summary(std::span<const std::byte> payload);
/// What it says holds together as FileSurvey describes it.
[[nodiscard]] Result<Survey> parse_survey(std::span<const std::byte> payload);

}  // namespace ferry::frame
