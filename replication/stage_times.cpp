// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/stage_times.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>
#include <utility>

#include "base/clock.hpp"

namespace ferry {
namespace {

constexpr std::array<std::string_view, stage_count> names{"cpu", "source_disk", "network", "target",
                                                          "limit"};
constexpr std::uint64_t known_us_min = 500'000;
constexpr std::int64_t sample_ms = 200;  // between two of them, however often it is asked

}  // namespace

StageClock::StageClock(StageTimes& times) : times_(times), since_us_(steady_us()) {}

Stage StageClock::enter(Stage stage) {
  const auto now = steady_us();
  times_.at(static_cast<std::size_t>(stage_)) += static_cast<std::uint64_t>(now - since_us_);
  since_us_ = now;
  return std::exchange(stage_, stage);
}

std::string BottleneckWindow::look(const StageTimes& times, std::int64_t steady_ms) {
  Sample now{steady_ms, {}};
  std::ranges::transform(times, now.us.begin(), [](const auto& us) { return us.load(); });
  const auto begin = steady_ms - limits::bottleneck_window.count();
  while (samples_.size() > 1 && samples_[1].at_ms <= begin) samples_.pop_front();
  if (samples_.empty() || samples_.back().at_ms + sample_ms <= steady_ms) samples_.push_back(now);
  auto spent = now.us;
  std::ranges::transform(spent, samples_.front().us, spent.begin(), std::minus{});
  if (std::accumulate(spent.begin(), spent.end(), std::uint64_t{0}) < known_us_min) return {};
  return std::string{
      names.at(static_cast<std::size_t>(std::ranges::max_element(spent) - spent.begin()))};
}

}  // namespace ferry
