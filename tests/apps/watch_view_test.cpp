// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What `watch` draws and what its keys do, without a terminal. A real one is in
// tests/cluster/watch_test.cpp.
#include "apps/watch_view.hpp"

#include <clocale>

#include <doctest/doctest.h>

#include "apps/limits.hpp"
#include "apps/terminal_text.hpp"
#include "apps/watch_control.hpp"

using namespace ferry;

namespace {

/// Sets the locale as the terminal's would be.
struct Locale {
  explicit Locale(const char* name) { REQUIRE(std::setlocale(LC_CTYPE, name) != nullptr); }
  ~Locale() { std::setlocale(LC_CTYPE, "C"); }
};

JobView job(const std::string& id, const std::string& status) {
  JobView view;
  view.id = id;
  view.settings.name = "name of " + id;
  view.settings.source = "s-1";
  view.status = status;
  view.version = 5;
  return view;
}

WatchedCluster cluster() {
  WatchedCluster cluster;
  cluster.name = "test";
  cluster.seen = true;
  cluster.jobs = {job("j-1", "Finished"), job("j-2", "Running"), job("j-3", "InError")};
  cluster.jobs[1].business_status = "Syncing";
  cluster.jobs[1].progress = 45.1;
  cluster.jobs[1].speed_bytes = 120 << 20;
  cluster.jobs[1].network_bytes = 30 << 20;
  cluster.jobs[1].remaining_s = 187;
  cluster.jobs[2].error_code = static_cast<std::uint16_t>(Errc::disk_full);
  cluster.jobs[2].error = "no space is left on disk 0";
  cluster.jobs[2].fix = "free some";
  SourceView source;
  source.id = "s-1";
  source.name = "web01";
  source.state = "InUse";
  cluster.sources = {source};
  for (int i = 0; i < 30; ++i)
    cluster.events.push_back({1000 * i, "j-2", "two", "event " + std::to_string(i)});
  return cluster;
}

WatchView view_of(const std::string& job) {
  WatchView view;
  view.job = job;
  return view;
}

std::string text_of(const ScreenLine& line) {
  std::string text;
  for (const auto& span : line) text += span.text;
  return text;
}

std::string drawn(const WatchedCluster& cluster, WatchView& view) {
  std::string text;
  const auto lines = draw(cluster, view, 0);
  CHECK(lines.size() <= static_cast<std::size_t>(view.rows));
  for (const auto& line : lines) {
    CHECK_MESSAGE(cells(text_of(line)) <= static_cast<std::size_t>(view.columns), text_of(line));
    text += text_of(line) + "\n";
  }
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "80 by 24 cells hold jobs, speeds, source servers, trouble with its next step, and events") {
  const Locale locale{"C.UTF-8"};
  const auto all = cluster();
  WatchView view;
  keep_choice(all, view);
  CHECK(view.job == "j-3");  // what needs somebody comes first
  const auto text = drawn(all, view);
  CHECK(has(text, "test: 3 job(s), 1 running, 1 in error, 1 source server(s)"));
  CHECK(has(text, "Syncing"));
  CHECK(has(text, "45.1 %"));
  CHECK(has(text, "120.0 MiB/s"));
  CHECK(has(text, "30.0 MiB/s"));
  CHECK(has(text, "3m 07s"));
  CHECK(has(text, "FERRY-2005 no space is left on disk 0"));
  CHECK(has(text, "free some"));
  CHECK(has(text, "web01"));
  CHECK(has(text, "event 29"));
  CHECK_FALSE(has(text, "event 2\n"));
  CHECK(has(text, "q quit"));
  CHECK(has(text, "\u2588"));
}

TEST_CASE("a terminal of any size gets what it has room for, and nothing more") {
  const Locale locale{"C.UTF-8"};
  auto all = cluster();
  all.job = all.jobs[2];
  for (const int columns : {20, 33, 50, 79, 80, 120, 300}) {
    for (const int rows : {4, 8, 24, 70}) {
      for (const auto page : {WatchPage::list, WatchPage::details, WatchPage::help}) {
        CAPTURE(columns);
        CAPTURE(rows);
        auto view = view_of("j-3");
        view.rows = rows;
        view.columns = columns;
        view.page = page;
        (void)drawn(all, view);
      }
    }
  }
}

TEST_CASE("names can't control a terminal, reverse its text or shift its columns") {
  const Locale locale{"C.UTF-8"};
  CHECK(harmless("a\x1b[31mb\r\nc") == "a\\x1b[31mb\\x0d\\x0ac");
  CHECK(harmless("abc\u202edcba\u200b") == "abc?dcba?");
  CHECK(harmless("\xff\xfe") == "\\xff\\xfe");
  CHECK(harmless("\u9b25\u00e9 \u05d0") == "\u9b25\u00e9 \u05d0");
  CHECK(cells("\u9b25\u00e9") == 3);
  CHECK(fitted("\u9b25\u9b25\u9b25", 4) == "\u9b25 \u2026");
  CHECK(fitted("ab", 4) == "ab  ");
  auto all = cluster();
  all.jobs[1].settings.name = "\x1b]0;owned\x07\u202e" + std::string(500, 'x');
  all.jobs[2].error = "\x1b[2J" + std::string(3000, 'y');
  all.events.back().text = "\x1b[2J";
  all.sources[0].name =
      "\x9b"
      "31m";
  auto view = view_of("j-3");
  const auto text = drawn(all, view);
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "\x07"));
  CHECK_FALSE(has(text, "\u202e"));
}

TEST_CASE("a terminal without Unicode gets ASCII only") {
  const Locale locale{"C"};
  auto all = cluster();
  all.jobs[1].settings.name = "caf\u00e9 \u9b25";
  WatchView view;
  const auto text = drawn(all, view);
  CHECK(has(text, "caf? ?"));
  CHECK(has(text, "#"));
  for (const char c : text) CHECK(static_cast<unsigned char>(c) < 0x80);
}

TEST_CASE("a silent controller is told with its error, and that what follows is old") {
  auto all = cluster();
  all.silence = Error{Errc::unreachable, "nobody listens", ""};
  all.silent_since_ms = -12'000;
  WatchView view;
  view.columns = 200;
  const auto text = drawn(all, view);
  CHECK(has(text, "no answer for 12s"));
  CHECK(has(text, "FERRY-6002"));
  CHECK(has(text, "What follows is old."));
  CHECK(has(text, "Syncing"));
}

TEST_CASE(
    "nothing is done to a job before its user has said yes, and then to the one that was seen") {
  const auto all = cluster();
  auto view = view_of("j-2");
  CHECK_FALSE(press(U'p', all, view).order);
  REQUIRE(view.question);
  CHECK(has(drawn(all, view), "Pause name of j-2 (j-2)? y: yes, n: no"));
  CHECK_FALSE(press(U'x', all, view).order);
  CHECK(view.question);
  CHECK_FALSE(press(U'n', all, view).order);
  CHECK_FALSE(view.question);
  (void)press(U'p', all, view);
  const auto step = press(U'y', all, view);
  REQUIRE(step.order);
  CHECK(step.order->how == "pause");
  CHECK(step.order->job == "j-2");
  CHECK(step.order->based_on == 5);
  CHECK_FALSE(view.question);
  // What 'r' means is a matter of the status; to a job that is over it means nothing.
  for (const auto& [id, how] : {std::pair{"j-3", "retry"}, std::pair{"j-1", ""}}) {
    view.job = id;
    (void)press(U'r', all, view);
    CHECK((view.question ? view.question->how : "") == how);
    view.question.reset();
  }
}

TEST_CASE("keys move the choice, open details and lead back") {
  const auto all = cluster();
  WatchView view;
  keep_choice(all, view);
  (void)press(U'j', all, view);
  CHECK(view.job == "j-2");
  (void)press(WatchKey::end, all, view);
  CHECK(view.job == "j-1");
  (void)press(WatchKey::down, all, view);
  CHECK(view.job == "j-1");
  (void)press(U'k', all, view);
  CHECK(view.job == "j-2");
  (void)press(WatchKey::enter, all, view);
  CHECK(view.page == WatchPage::details);
  (void)press(U'j', all, view);
  CHECK(view.scroll == 1);
  (void)press(WatchKey::escape, all, view);
  CHECK(view.page == WatchPage::list);
  (void)press(U'?', all, view);
  CHECK(has(drawn(all, view), "Enter"));
  CHECK_FALSE(press(U'q', all, view).quit);
  CHECK(press(U'q', all, view).quit);
}

TEST_CASE("a filter leaves the jobs that have its text, while it is typed") {
  const auto all = cluster();
  auto view = view_of("j-3");
  (void)press(U'/', all, view);
  for (const char32_t c : std::u32string{U"syncq"}) CHECK_FALSE(press(c, all, view).quit);
  (void)press(WatchKey::backspace, all, view);
  CHECK(view.filter == "sync");
  CHECK(view.job == "j-2");
  CHECK(has(drawn(all, view), "/sync_"));
  (void)press(WatchKey::enter, all, view);
  CHECK_FALSE(has(drawn(all, view), "name of j-1"));
  (void)press(WatchKey::escape, all, view);
  CHECK(view.filter.empty());
  (void)press(U'/', all, view);
  for (std::size_t i = 0; i < 3 * limits::watch_filter_bytes_max; ++i)
    (void)press(U'\u00e9', all, view);
  CHECK(view.filter.size() <= limits::watch_filter_bytes_max);
}

TEST_CASE("the details have each disk with its progress, warnings with what to do, and events") {
  const Locale locale{"C.UTF-8"};
  auto all = cluster();
  auto& two = all.jobs[1];
  auto& disk = two.disks.emplace_back();
  disk.phase = "copying";
  disk.pass = 1;
  disk.bytes_total = 200;
  disk.bytes_done = 50;
  auto& warning = two.warnings.emplace_back();
  warning.what = "a file system is nearly full";
  warning.fix = "make room";
  warning.evidence = "99 %";
  two.waiting_for = "node transition-1";
  all.job = two;
  auto view = view_of("j-2");
  view.rows = 60;
  view.page = WatchPage::details;
  const auto text = drawn(all, view);
  CHECK(has(text, "25.0 %  copying, pass 1"));
  CHECK(has(text, "120.0 MiB/s uncompressed, 30.0 MiB/s on the network, 3m 07s left"));
  CHECK(has(text, "node transition-1"));
  CHECK(has(text, "a file system is nearly full (99 %)"));
  CHECK(has(text, "make room"));
  CHECK(text.find("event 29") < text.find("event 28"));
  all.jobs.clear();
  all.job.reset();
  CHECK(has(drawn(all, view), "not there any more"));
}
