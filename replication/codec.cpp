// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/codec.hpp"

#include <algorithm>
#include <array>
#include <new>

#include <zstd.h>

#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr std::array levels{0, -5, -3, -1, 1, 2, 3, 4, 6, 9, 15};
static_assert(levels.size() == limits::compression_max + 1);

ZSTD_CCtx* compressor(void* context) { return static_cast<ZSTD_CCtx*>(context); }
ZSTD_DCtx* decompressor(void* context) { return static_cast<ZSTD_DCtx*>(context); }

}  // namespace

std::optional<int> zstd_level(int product_level) {
  if (product_level <= 0) return std::nullopt;
  return levels.at(
      static_cast<std::size_t>(std::min(product_level, static_cast<int>(limits::compression_max))));
}

Compressor::Compressor() : context_(ZSTD_createCCtx()) {
  if (context_ == nullptr) throw std::bad_alloc{};
}
Compressor::~Compressor() { ZSTD_freeCCtx(compressor(context_)); }

std::optional<std::size_t> Compressor::compress(std::span<const std::byte> from,
                                                std::span<std::byte> to, int product_level) {
  const auto level = zstd_level(product_level);
  if (!level || from.empty()) return std::nullopt;
  if (skip_ > 0) {
    --skip_;
    return std::nullopt;
  }
  if (level_ != *level) {
    level_ = *level;
    ZSTD_CCtx_setParameter(compressor(context_), ZSTD_c_compressionLevel, level_);
    // zstd 9 and 15 want 8 and 16 MiB of tables per stream; these keep an agent of two
    // streams below 40 MiB. Zero means the level's own choice.
    const bool large = level_ > 4;
    ZSTD_CCtx_setParameter(compressor(context_), ZSTD_c_hashLog, large ? 19 : 0);
    ZSTD_CCtx_setParameter(compressor(context_), ZSTD_c_chainLog, large ? 20 : 0);
    // The seal or the check covers the body, and the fold covers its data.
    ZSTD_CCtx_setParameter(compressor(context_), ZSTD_c_checksumFlag, 0);
  }
  // A destination without room for more makes zstd give up early on its own.
  const auto room = std::min(to.size(), from.size() * 97 / 100);
  const auto size = ZSTD_compress2(compressor(context_), to.data(), room, from.data(), from.size());
  if (ZSTD_isError(size) != 0) {
    skip_ = 3;
    return std::nullopt;
  }
  return size;
}

Decompressor::Decompressor() : context_(ZSTD_createDCtx()) {
  if (context_ == nullptr) throw std::bad_alloc{};
  ZSTD_DCtx_setParameter(decompressor(context_), ZSTD_d_windowLogMax, 20);  // 1 MiB
}
Decompressor::~Decompressor() { ZSTD_freeDCtx(decompressor(context_)); }

Result<> Decompressor::decompress(std::span<const std::byte> from, std::span<std::byte> to) {
  const auto size =
      ZSTD_decompressDCtx(decompressor(context_), to.data(), to.size(), from.data(), from.size());
  if (ZSTD_isError(size) != 0) {
    return fail(Errc::transfer_corrupt, std::string{"zstd: "} + ZSTD_getErrorName(size));
  }
  if (size != to.size()) {
    return fail(Errc::transfer_corrupt, "zstd body of " + std::to_string(size) +
                                            " bytes instead of " + std::to_string(to.size()));
  }
  return {};
}

int AdaptiveLevel::next(int configured, bool waited_for_credit) {
  if (level_ < 0) level_ = configured;
  ++chunks_;
  if (waited_for_credit) ++waits_;
  if (chunks_ >= window_chunks) {
    if (waits_ == 0) --level_;
    if (waits_ >= window_chunks / 4) ++level_;
    chunks_ = 0;
    waits_ = 0;
  }
  level_ = std::clamp(level_, 0, std::max(configured, 0));
  return level_;
}

}  // namespace ferry
