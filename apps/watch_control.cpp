// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/watch_control.hpp"

#include <algorithm>

#include "apps/limits.hpp"
#include "apps/terminal_text.hpp"

namespace ferry {
namespace {

constexpr char32_t code(WatchKey key) { return static_cast<char32_t>(key); }

std::string utf8(char32_t c) {
  std::string text;
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) {
    text += static_cast<char>(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xe0 | c >> 12);
    tail(6);
  } else {
    text += static_cast<char>(0xf0 | c >> 18);
    tail(12);
    tail(6);
  }
  tail(0);
  return text;
}

void erase_character(std::string& text) {
  while (!text.empty() && (text.back() & 0xc0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

/// Moves the choice by so many jobs, and stops at the ends.
void choose(const WatchedCluster& cluster, WatchView& view, std::ptrdiff_t by) {
  const auto shown = shown_jobs(cluster, view.filter);
  if (shown.empty()) return;
  const auto id = [&](std::size_t i) -> const std::string& { return cluster.jobs[shown[i]].id; };
  std::ptrdiff_t at = 0;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (id(i) == view.job) at = static_cast<std::ptrdiff_t>(i);
  }
  at = std::clamp<std::ptrdiff_t>(at + by, 0, std::ssize(shown) - 1);
  view.job = id(static_cast<std::size_t>(at));
}

void move(const WatchedCluster& cluster, WatchView& view, std::ptrdiff_t by) {
  if (view.page == WatchPage::list) return choose(cluster, view, by);
  const auto target = static_cast<std::ptrdiff_t>(view.scroll) + by;
  view.scroll = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, target));
}

/// What 'r' means for a job in its status; empty: nothing.
std::string way_on(const JobView& job) {
  if (job.status == "Stopped") return "resume";
  if (job.status == "InError") return "retry";
  if (job.status == "Ready" || job.status == "Waiting") return "start";
  return {};
}

void ask(const WatchedCluster& cluster, WatchView& view, bool pause) {
  const auto* job = chosen_job(cluster, view);
  if (job == nullptr) return;
  const auto how = pause ? std::string{"pause"} : way_on(*job);
  if (how.empty()) return;
  view.question = WatchOrder{job->id, how, job->version};
  view.question_text = (how == "pause"    ? "Pause "
                        : how == "resume" ? "Go on with "
                        : how == "retry"  ? "Retry "
                                          : "Start ") +
                       harmless(job->settings.name) + " (" + job->id + ")? y: yes, n: no";
}

WatchStep answer(char32_t key, WatchView& view) {
  WatchStep step;
  if (key == U'y' || key == U'Y') step.order = view.question;
  if (step.order || key == U'n' || key == U'N' || key == U'q' || key == code(WatchKey::escape)) {
    view.question.reset();
  }
  return step;
}

void type(char32_t key, WatchView& view) {
  if (key == code(WatchKey::enter)) {
    view.typing = false;
  } else if (key == code(WatchKey::escape)) {
    view.typing = false;
    view.filter.clear();
  } else if (key == code(WatchKey::backspace)) {
    erase_character(view.filter);
  } else if (key >= 0x20 && key != 0x7f && key < code(WatchKey::none) &&
             view.filter.size() + 4 <= limits::watch_filter_bytes_max) {
    view.filter += utf8(key);
  }
}

/// Keys that lead back; true if it was one.
bool go_back(char32_t key, WatchView& view) {
  if (view.page == WatchPage::list) {
    if (key == code(WatchKey::escape)) view.filter.clear();
    return key == code(WatchKey::escape);
  }
  const bool help = view.page == WatchPage::help;
  if (key != code(WatchKey::escape) && !(help && key == U'q')) return false;
  view.page = help && view.one_job ? WatchPage::details : WatchPage::list;
  if (!help && view.one_job) view.page = WatchPage::details;
  view.scroll = 0;
  return true;
}

}  // namespace

void keep_choice(const WatchedCluster& cluster, WatchView& view) {
  if (view.one_job || view.page == WatchPage::details) return;
  const auto shown = shown_jobs(cluster, view.filter);
  const auto is_chosen = [&](std::size_t i) { return cluster.jobs[i].id == view.job; };
  if (std::ranges::any_of(shown, is_chosen)) return;
  view.job = shown.empty() ? "" : cluster.jobs[shown.front()].id;
}

WatchStep press(char32_t key, const WatchedCluster& cluster, WatchView& view) {
  if (view.question) return answer(key, view);
  if (view.typing) {
    type(key, view);
    keep_choice(cluster, view);
    return {};
  }
  if (go_back(key, view)) {
    keep_choice(cluster, view);
    return {};
  }
  const std::ptrdiff_t page = std::max(1, view.rows - 6);
  constexpr std::ptrdiff_t all = 1'000'000;
  switch (key) {
    case U'q': return {true, {}};
    case U'j':
    case code(WatchKey::down): move(cluster, view, 1); break;
    case U'k':
    case code(WatchKey::up): move(cluster, view, -1); break;
    case U' ':
    case code(WatchKey::page_down): move(cluster, view, page); break;
    case code(WatchKey::page_up): move(cluster, view, -page); break;
    case U'g':
    case code(WatchKey::home): move(cluster, view, -all); break;
    case U'G':
    case code(WatchKey::end): move(cluster, view, all); break;
    case code(WatchKey::enter):
      if (view.page == WatchPage::list && !view.job.empty()) view.page = WatchPage::details;
      break;
    case U'p': ask(cluster, view, true); break;
    case U'r': ask(cluster, view, false); break;
    case U'/': view.typing = view.page == WatchPage::list; break;
    case U'?': view.page = WatchPage::help; break;
    default: break;
  }
  return {};
}

}  // namespace ferry
