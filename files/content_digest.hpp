// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The digest of a file's data that a certificate keeps: without a key, so that anybody can make it.
// Of a file of at most 1 MiB it is the SHA-256 of its bytes. Of a larger one it is the SHA-256 of
// the number (from 0) and the SHA-256 of each MiB that isn't all zeros, and then of the size; both
// numbers have 8 bytes, the lowest first. So a hole costs no time and is the same as zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/random.hpp"

namespace ferry::files {

class ContentDigest {
 public:
  /// Takes data in ascending order; what is left out is zeros.
  void add(std::uint64_t offset, std::span<const std::byte> data);
  /// Returns the 32 bytes. The object is used up.
  [[nodiscard]] std::string finish(std::uint64_t file_bytes);

 private:
  void take(std::span<const std::byte> piece);
  void take_zeros(std::uint64_t end);
  void end_chunk();

  std::uint64_t position_ = 0;
  bool has_data_ = false;  // the chunk at hand
  Sha256 chunk_;
  Sha256 chunks_;
};

}  // namespace ferry::files
