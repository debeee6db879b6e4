// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Compression of chunk bodies: the product's levels 0 to 10, mapped to zstd, and
// the rules that keep compression from slowing a transfer down.
//
//   product  0     1   2   3   4  5  6  7  8  9  10
//   zstd     none  -5  -3  -1  1  2  3  4  6  9  15
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/error.hpp"

namespace ferry {

/// Returns zstd's level, nothing for product level 0 and below; above 10 is 10.
[[nodiscard]] std::optional<int> zstd_level(int product_level);

/// One stream's compressor; not thread-safe.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  /// Compresses into `to` and returns the size; nothing if the body should go
  /// raw: level 0, no gain of 3 % at least, or one of the three bodies after such
  /// a one, because data that does not shrink comes in stretches.
  [[nodiscard]] std::optional<std::size_t> compress(std::span<const std::byte> from,
                                                    std::span<std::byte> to, int product_level);

 private:
  void* context_;
  int level_ = 0;
  unsigned skip_ = 0;
};

/// One writer's decompressor; not thread-safe.
class Decompressor {
 public:
  Decompressor();
  ~Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  /// Fills `to` exactly, or fails with transfer_corrupt.
  [[nodiscard]] Result<> decompress(std::span<const std::byte> from, std::span<std::byte> to);

 private:
  void* context_;
};

/// Chooses the level within 0..configured by watching the link: a stream that
/// never waits for credit is held up by its own work and should compress less; a
/// stream that waits has time to compress more.
class AdaptiveLevel {
 public:
  /// Tells the outcome of one chunk and returns the level for the next.
  int next(int configured, bool waited_for_credit);
  [[nodiscard]] int level() const { return level_; }

 private:
  static constexpr int window_chunks = 16;
  int level_ = -1;  // unset
  int chunks_ = 0;
  int waits_ = 0;
};

}  // namespace ferry
