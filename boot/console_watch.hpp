// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a trial has seen of a guest so far: milestones as they are reached, whether it has come to a
// dead end, and the lines in which a cause is looked for. All of it is bounded, whatever the guest
// writes.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "boot/console_text.hpp"
#include "boot/milestone.hpp"

namespace ferry {

class ConsoleWatch {
 public:
  ConsoleWatch(std::string marker, std::function<void(const Reached&)> tell)
      : marker_(std::move(marker)), tell_(std::move(tell)) {}

  /// Takes what the guest has written by this time.
  void take(std::string_view bytes, std::int64_t ms);
  /// Notes a milestone that the console doesn't show.
  void reach(Milestone milestone, std::int64_t ms, std::string line);

  [[nodiscard]] bool has(Milestone milestone) const;
  /// Up: the marker has shown if one was asked for, else multi-user.
  [[nodiscard]] bool is_up() const;
  /// When a line showed after which no boot goes on.
  [[nodiscard]] std::optional<std::int64_t> dead_end_ms() const { return dead_end_ms_; }
  [[nodiscard]] const std::vector<Reached>& reached() const { return reached_; }
  /// The first and the last lines, also one that has no end yet.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  void look_at(const std::string& line, std::int64_t ms);

  std::string marker_;
  std::function<void(const Reached&)> tell_;
  ConsoleText text_;
  std::vector<Reached> reached_;
  std::optional<std::int64_t> dead_end_ms_;
  std::vector<std::string> first_;
  std::deque<std::string> last_;
};

}  // namespace ferry
