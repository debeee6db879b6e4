// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Random choices that follow from a seed, the same with every compiler and library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace ferry::sim {

/// SplitMix64: a small state, good bits, and streams of different seeds don't meet.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// Returns 0 to count - 1.
  std::uint64_t below(std::uint64_t count) { return count < 2 ? 0 : next() % count; }
  /// Returns min to max, both included.
  std::int64_t between(std::int64_t min, std::int64_t max) {
    return min + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(max - min) + 1));
  }
  bool happens(double probability) {
    if (probability <= 0) return false;  // and draws nothing, so that it costs nothing
    return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
  }
  void fill(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
      const auto word = next();
      const auto size = bytes.size() < sizeof word ? bytes.size() : sizeof word;
      std::memcpy(bytes.data(), &word, size);
      bytes = bytes.subspan(size);
    }
  }
  /// A generator for one concern, so that asking it more often disturbs no other.
  [[nodiscard]] Chance stream(std::uint64_t number) const {
    Chance one{state_ ^ (number * 0xD1342543DE82EF95ULL)};
    one.next();
    return one;
  }

 private:
  std::uint64_t state_;
};

}  // namespace ferry::sim
