// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/file_patch.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace ferry {
namespace {

constexpr std::uint64_t granule = limits::granule_bytes;
// The receiver reads what stays once more, for the digest of all: soon after its survey, so that it
// is still in memory.
constexpr std::uint64_t kept_bytes_told = 4 * limits::mib;

}  // namespace

Result<> FilePatch::add(const files::FilePiece& piece) {
  if (auto done = add_hole(piece.offset); !done) return done;
  auto data = piece.data;
  while (!data.empty()) {
    const auto there = surveys_.covering(position_);
    if (!there) return fail(there.error());
    const auto part = data.first(
        *there != nullptr ? std::min<std::uint64_t>(data.size(), (*there)->end - position_)
                          : data.size());
    if (auto done = add_changed(position_, part, *there); !done) return done;
    position_ += part.size();
    data = data.subspan(part.size());
  }
  if (bytes_unsettled_ >= kept_bytes_told && position_ % granule == 0) {
    if (auto done = send(position_, {}); !done) return done;
  }
  return batch_.flush_old();
}

Result<> FilePatch::end(std::uint64_t file_bytes) { return add_hole(file_bytes); }

/// Makes a hole where the receiver has data.
Result<> FilePatch::add_hole(std::uint64_t end) {
  const auto punch = [this](std::uint64_t from, std::uint64_t to) {
    return batch_.add(frame::StepKind::hole, from, frame::encode_length(to - from));
  };
  while (position_ < end) {
    const auto there = surveys_.covering(position_);
    if (!there) return fail(there.error());
    if (*there == nullptr) {
      if (auto done = punch(position_, end); !done) return done;
      position_ = end;
      break;
    }
    const auto& survey = **there;
    const auto stop = std::min(end, survey.end);
    const auto data_stop = std::min(stop, survey.begin + survey.digests.size() * granule);
    while (position_ < data_stop) {
      const auto from = position_;
      while (position_ < data_stop && survey.digest_at(position_) != 0) position_ += granule;
      const auto to = std::min(position_, end);
      if (auto done = from < to ? punch(from, to) : Result<>{}; !done) return done;
      while (position_ < data_stop && survey.digest_at(position_) == 0) position_ += granule;
    }
    position_ = stop;
  }
  return {};
}

Result<> FilePatch::add_changed(std::uint64_t offset, std::span<const std::byte> data,
                                const files::FileSurvey* there) {
  const auto differs = [&](std::size_t at) {
    const auto bytes = data.subspan(at, std::min<std::size_t>(granule, data.size() - at));
    return there == nullptr || hasher_.granule_digest(bytes) != there->digest_at(offset + at);
  };
  for (std::size_t at = 0; at < data.size();) {
    const auto from = at;
    bool same = false;
    while (at < data.size() && !same) {
      same = !differs(at);
      if (!same) at = std::min<std::size_t>(at + granule, data.size());
    }
    if (auto done = at > from ? send(offset + from, data.subspan(from, at - from)) : Result<>{};
        !done) {
      return done;
    }
    if (!same) break;
    const auto bytes = std::min<std::size_t>(granule, data.size() - at);
    at += bytes;
    bytes_unsettled_ += bytes;
    progress_.bytes_skipped_equal += bytes;
  }
  return {};
}

/// No data says that all before the offset is passed.
Result<> FilePatch::send(std::uint64_t offset, std::span<const std::byte> data) {
  const auto settles = std::exchange(bytes_unsettled_, 0) + data.size();
  bytes_settled_ += settles;
  bytes_sent_ += data.size();
  return batch_.add(frame::StepKind::piece, offset,
                    {reinterpret_cast<const char*>(data.data()), data.size()}, settles);
}

}  // namespace ferry
