// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the streams of a pass spend their time with. A stream does one thing after the other, so
// what it does for most of the time is what keeps it from being faster.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "replication/limits.hpp"

namespace ferry {

enum class Stage : std::uint8_t {
  cpu,          // compares, compresses, seals: whatever is no waiting
  source_disk,  // reads
  network,      // waits, and the other side has not received all that was sent
  target,       // waits, and it has: it has to write
  limit,        // waits because of the speed limit
};
inline constexpr std::size_t stage_count = 5;

/// Microseconds of all streams together, in the order of Stage. It only grows.
using StageTimes = std::array<std::atomic<std::uint64_t>, stage_count>;

/// The time of one stream; used by one thread.
class StageClock {
 public:
  explicit StageClock(StageTimes& times);
  ~StageClock() { enter(Stage::cpu); }
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;

  /// Returns the stage that ends here.
  Stage enter(Stage stage);

 private:
  StageTimes& times_;
  Stage stage_ = Stage::cpu;
  std::int64_t since_us_;
};

/// As long as it lives, its stream is in this stage.
class InStage {
 public:
  InStage(StageClock& clock, Stage stage) : clock_(clock), before_(clock.enter(stage)) {}
  ~InStage() { clock_.enter(before_); }
  InStage(const InStage&) = delete;
  InStage& operator=(const InStage&) = delete;

 private:
  StageClock& clock_;
  const Stage before_;
};

/// Looks at the times again and again, and says where most of them went lately.
class BottleneckWindow {
 public:
  /// Returns "source_disk", "cpu", "network", "target" or "limit"; "" while less than half a second
  /// of work is known of the last limits::bottleneck_window.
  [[nodiscard]] std::string look(const StageTimes& times, std::int64_t steady_ms);

 private:
  struct Sample {
    std::int64_t at_ms = 0;
    std::array<std::uint64_t, stage_count> us{};
  };
  std::deque<Sample> samples_;  // the oldest is the last one from before the window
};

}  // namespace ferry
