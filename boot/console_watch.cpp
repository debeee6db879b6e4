// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/console_watch.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "boot/boot_cause.hpp"

namespace ferry {

void ConsoleWatch::reach(Milestone milestone, std::int64_t ms, std::string line) {
  if (has(milestone)) return;
  reached_.push_back({milestone, ms, std::move(line)});
  tell_(reached_.back());
}

void ConsoleWatch::look_at(const std::string& line, std::int64_t ms) {
  if (const auto milestone = milestone_in(line)) {
    // One that comes late, such as a second file system's mount, says nothing new.
    const bool is_news = std::ranges::none_of(reached_, [&](const Reached& r) {
      return r.milestone != Milestone::network && r.milestone >= *milestone;
    });
    if (is_news) reach(*milestone, ms, line);
  }
  if (!dead_end_ms_ && is_dead_end(line)) dead_end_ms_ = ms;
}

void ConsoleWatch::take(std::string_view bytes, std::int64_t ms) {
  for (auto& line : text_.take(bytes)) {
    // Only once the line is whole: a marker's line may say more. It may follow a prompt.
    if (!marker_.empty() && line.find(marker_) != std::string::npos) {
      reach(Milestone::marker, ms, line);
    }
    look_at(line, ms);
    if (first_.size() < limits::console_lines_first) {
      first_.push_back(std::move(line));
      continue;
    }
    last_.push_back(std::move(line));
    if (last_.size() > limits::console_lines_last) last_.pop_front();
  }
  look_at(text_.begun(), ms);
}

bool ConsoleWatch::has(Milestone milestone) const {
  return std::ranges::any_of(reached_, [&](const Reached& r) { return r.milestone == milestone; });
}

bool ConsoleWatch::is_up() const {
  return has(marker_.empty() ? Milestone::multi_user : Milestone::marker);
}

std::vector<std::string> ConsoleWatch::lines() const {
  auto lines = first_;
  lines.insert(lines.end(), last_.begin(), last_.end());
  if (!text_.begun().empty()) lines.push_back(text_.begun());
  return lines;
}

}  // namespace ferry
