// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/page.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "metrics/counted.hpp"

using namespace ferry;

namespace {

/// The value of a line that begins so; -1 if there is none.
double value_of(const std::string& text, const std::string& series) {
  const auto at = ("\n" + text).find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 1));
}

}  // namespace

TEST_CASE("a page has each metric with its kind and meaning, and its values") {
  MetricsPage page;
  page.gauge("test_disks", "Disks that spin.");
  page.add(std::uint64_t{3}, {{"state", "good"}});
  page.add(0.5, {{"state", "bad"}});
  page.counter("test_reads_total", "Reads of all.");
  page.add(std::uint64_t{1} << 40);
  page.gauge("test_nothing", "Of which there is none.");
  const auto text = page.text();
  CHECK(text.find("# HELP test_disks Disks that spin.\n# TYPE test_disks gauge\n") !=
        std::string::npos);
  CHECK(value_of(text, "test_disks{state=\"good\"}") == 3);
  CHECK(value_of(text, "test_disks{state=\"bad\"}") == 0.5);
  CHECK(value_of(text, "test_reads_total") == 1099511627776.0);
  CHECK(text.find("# TYPE test_nothing gauge\n") != std::string::npos);
}

TEST_CASE("whatever a label says stays within its quotes") {
  MetricsPage page;
  page.gauge("test_names", "Names.");
  page.add(1.0, {{"name", "a\"} 7\nedgeferry_jobs 99\\"}});
  const auto text = page.text();
  CHECK(text.find("test_names{name=\"a\\\"} 7\\nedgeferry_jobs 99\\\\\"} 1\n") !=
        std::string::npos);
  CHECK(text.find("\nedgeferry_jobs 99") == std::string::npos);
}

TEST_CASE("what a process counts is on every page, from 0 on") {
  const auto before = MetricsPage{}.text();
  CHECK(value_of(before, "edgeferry_resent_bytes_total") == 0);
  CHECK(value_of(before, "edgeferry_audited_changes_total{outcome=\"refused\"}") == 0);
  CHECK(value_of(before, "edgeferry_actor_failures_total{role=\"agent\"}") == 0);
  counted::copied({.sent = 100, .resent = 30, .skipped = 5, .wire = 40});
  counted::copied({.sent = 1, .resent = 1, .skipped = 0, .wire = 1});
  counted::http_request("console", "getJob", 404, 1500);
  counted::http_request("console", "getJob", 404, 2'000'000);
  counted::http_waiting("console", 1);
  counted::http_waiting("console", -1);
  counted::audited_change(false);
  counted::commit(3000, false);
  counted::resources_found({{"leaked", 2}}, 5000);
  counted::resources_found({{"leaked", 0}}, 6000);
  const auto text = MetricsPage{}.text();
  CHECK(value_of(text, "edgeferry_sent_bytes_total") == 101);
  CHECK(value_of(text, "edgeferry_resent_bytes_total") == 31);
  CHECK(value_of(text, "edgeferry_wire_bytes_total") == 41);
  const std::string labels = "{route=\"getJob\",server=\"console\"";
  CHECK(value_of(text, "edgeferry_http_requests_total" + labels + ",status=\"404\"}") == 2);
  CHECK(value_of(text, "edgeferry_http_request_seconds_count" + labels + "}") == 2);
  CHECK(value_of(text, "edgeferry_http_request_seconds_bucket" + labels + ",le=\"0.005\"}") == 1);
  CHECK(value_of(text, "edgeferry_http_waiting_connections{server=\"console\"}") == 0);
  CHECK(value_of(text, "edgeferry_audited_changes_total{outcome=\"refused\"}") == 1);
  CHECK(value_of(text, "edgeferry_journal_commit_failures_total") == 1);
  CHECK(value_of(text, "edgeferry_journal_commit_seconds_sum") == 0.003);
  CHECK(value_of(text, "edgeferry_resources_found{finding=\"leaked\"}") == 0);
  CHECK(value_of(text, "edgeferry_janitor_last_look_timestamp_seconds") == 6);
}

TEST_CASE("a page tells of its process") {
  MetricsPage page;
  add_process_metrics(page);
  const auto text = page.text();
  CHECK(value_of(text, "process_resident_memory_bytes") > 1e6);
  CHECK(value_of(text, "process_open_fds") >= 3);
  CHECK(value_of(text, "process_max_fds") > value_of(text, "process_open_fds"));
  CHECK(value_of(text, "process_start_time_seconds") > 1.5e9);
}
