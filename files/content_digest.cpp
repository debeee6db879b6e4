// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/content_digest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.hpp"
#include "base/xxh3.hpp"

namespace ferry::files {
namespace {

constexpr std::uint64_t chunk = limits::chunk_bytes;

/// As 8 bytes, the lowest first.
std::array<std::byte, 8> bytes_of(std::uint64_t number) {
  std::array<std::byte, 8> bytes{};
  for (auto& byte : bytes) {
    byte = static_cast<std::byte>(number & 0xff);
    number >>= 8;
  }
  return bytes;
}

}  // namespace

/// Ends the chunk that lies before the position, which may be within it only at the file's end.
void ContentDigest::end_chunk() {
  const auto digest = chunk_.finish();
  if (std::exchange(has_data_, false)) {
    chunks_.update(bytes_of((position_ - 1) / chunk));
    chunks_.update(digest);
  }
}

/// Takes what lies in one chunk, which stays open: with it the file may end.
void ContentDigest::take(std::span<const std::byte> piece) {
  if (position_ > 0 && position_ % chunk == 0) end_chunk();
  chunk_.update(piece);
  position_ += piece.size();
}

void ContentDigest::take_zeros(std::uint64_t end) {
  static constexpr std::array<std::byte, limits::granule_bytes> zeros{};
  while (position_ < end) {
    const auto left = end - position_;
    // The first chunk may be all of the file, and is taken as it is.
    if (position_ > 0 && position_ % chunk == 0 && left >= chunk) {
      end_chunk();
      position_ += left / chunk * chunk;
      continue;
    }
    const auto room = chunk - position_ % chunk;
    take(std::span{zeros}.first(std::min<std::uint64_t>({zeros.size(), left, room})));
  }
}

void ContentDigest::add(std::uint64_t offset, std::span<const std::byte> data) {
  take_zeros(offset);
  while (!data.empty()) {
    const auto granule = limits::granule_bytes - position_ % limits::granule_bytes;
    const auto piece = data.first(std::min<std::size_t>(data.size(), granule));
    const bool zero = all_zero(piece);
    take(piece);
    has_data_ |= !zero;
    data = data.subspan(piece.size());
  }
}

std::string ContentDigest::finish(std::uint64_t file_bytes) {
  take_zeros(file_bytes);
  if (file_bytes <= chunk) return chunk_.finish();
  end_chunk();
  chunks_.update(bytes_of(file_bytes));
  return chunks_.finish();
}

}  // namespace ferry::files
