// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/chunk_digests.hpp"

#include <algorithm>

namespace ferry {

void ChunkDigests::add(std::span<const std::byte> chunk) {
  hasher_.update(chunk.first(std::min<std::uint64_t>(chunk.size(), next_bytes())));
  digests_ += hasher_.finish();
}

void ChunkDigests::add_zeros(std::uint64_t chunks) {
  for (; chunks > 0; --chunks) {
    const auto bytes = next_bytes();
    if (bytes == chunk_bytes_ && !zero_digest_.empty()) {
      digests_ += zero_digest_;
      continue;
    }
    hasher_.update(std::string(bytes, '\0'));
    digests_ += hasher_.finish();
    if (bytes == chunk_bytes_) {
      zero_digest_ = digests_.substr(digests_.size() - chunk_digest_bytes);
    }
  }
}

std::uint64_t ChunkDigests::count() const { return chunks_of(bytes_, chunk_bytes_); }

std::uint64_t ChunkDigests::next_bytes() const {
  return std::min(chunk_bytes_, bytes_ - std::min(bytes_, added() * chunk_bytes_));
}

std::string_view chunk_digest(std::string_view digests, std::uint64_t index) {
  if (index >= digests.size() / chunk_digest_bytes) return {};
  return digests.substr(index * chunk_digest_bytes, chunk_digest_bytes);
}

}  // namespace ferry
