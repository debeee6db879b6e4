// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What `edgeferry watch` looks like, as lines of styled text. Nothing here knows a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/watch_state.hpp"

namespace ferry {

enum class Style : std::uint8_t { plain, bold, faint, reverse, good, busy, bad };

struct Span {
  std::string text;
  Style style = Style::plain;
};
using ScreenLine = std::vector<Span>;

/// Returns at most `view.rows` lines of at most `view.columns` cells; scrolls back what is scrolled
/// beyond its end. `now_ms` is of the steady clock.
[[nodiscard]] std::vector<ScreenLine> draw(const WatchedCluster& cluster, WatchView& view,
                                           std::int64_t now_ms);

/// A bar of `width` cells, and how much of it is full, 0 to 100.
[[nodiscard]] std::string progress_bar(double percent, std::size_t width);

/// Returns " 42.0 %", six columns and more, of 0 to 100.
[[nodiscard]] std::string percent_text(double progress);

// -- parts, each in a file of its own --------------------------------------------------

/// Everything about one job, from top to bottom.
[[nodiscard]] std::vector<ScreenLine> job_lines(const JobView& job, const WatchedCluster& cluster,
                                                std::size_t width);
[[nodiscard]] std::vector<ScreenLine> help_lines();
/// What troubles a job and what to do: nothing if nothing does.
[[nodiscard]] std::vector<ScreenLine> trouble_lines(const JobView& job, std::size_t width);
[[nodiscard]] ScreenLine event_line(const WatchedEvent& event, bool with_name, std::size_t width);
[[nodiscard]] Style style_of(const JobView& job);

}  // namespace ferry
