// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One direction of a connection through the proxy: bytes that were read wait here until
// they are due, as fast and as whole as the disturbances allow.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>

namespace ferry::chaos {

inline constexpr std::size_t lane_bytes_max = 4 << 20;
inline constexpr std::size_t lane_read_bytes = 64 << 10;

/// All that is wrong with a connection now.
struct Weather {
  bool cut = false;
  std::uint64_t delay_ms = 0;
  std::uint64_t rate_bytes = 0;  // a second; 0: unlimited
  std::uint64_t flip_every = 0;  // bytes; 0: none
};

class Lane {
 public:
  explicit Lane(std::uint64_t dice) : engine_(dice) {}

  /// Reads once from a socket that is ready. Returns false after an error.
  [[nodiscard]] bool fill(int from, const Weather& weather, std::int64_t now_us);
  /// Writes what is due. Returns false after an error.
  [[nodiscard]] bool drain(int to, const Weather& weather, std::int64_t now_us);

  [[nodiscard]] bool has_room() const { return !ended_ && bytes_ < lane_bytes_max; }
  /// Whether drain could write now, if the socket took it.
  [[nodiscard]] bool is_due(const Weather& weather, std::int64_t now_us) const;
  /// Microseconds until drain has work to do; -1: only after the next fill.
  [[nodiscard]] std::int64_t wait_us(const Weather& weather, std::int64_t now_us) const;
  [[nodiscard]] bool finished() const { return told_end_; }
  [[nodiscard]] std::uint64_t flipped() const { return flipped_; }
  [[nodiscard]] std::uint64_t passed() const { return passed_; }

 private:
  struct Piece {
    std::int64_t due_us;
    std::string bytes;
  };
  void flip(std::string& bytes, std::uint64_t every);

  std::mt19937_64 engine_;
  std::deque<Piece> pieces_;
  std::size_t bytes_ = 0;
  bool ended_ = false;  // the reading side said so
  bool told_end_ = false;
  std::int64_t next_write_us_ = 0;  // what the rate allows
  std::uint64_t until_flip_ = 0;
  std::uint64_t flipped_ = 0;
  std::uint64_t passed_ = 0;
};

}  // namespace ferry::chaos
