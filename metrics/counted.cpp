// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/counted.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "metrics/registry.hpp"

namespace ferry {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;

const Histogram::BucketBoundaries commit_seconds{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                 0.1,    0.25,  0.5,   1,     2.5,  5};
const Histogram::BucketBoundaries request_seconds{0.001, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                  0.25,  0.5,   1,    2.5,   5,    10};

/// All of them, from the first question on: what was never counted is told as 0, where it is known
/// what there could be.
struct All {
  prometheus::Registry registry;

  Family<Counter>& counters(const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(registry);
  }
  Family<Gauge>& gauges(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(registry);
  }
  Family<Histogram>& histograms(const char* name, const char* help) {
    return BuildHistogram().Name(name).Help(help).Register(registry);
  }

  Histogram& commits = histograms("edgeferry_journal_commit_seconds",
                                  "Time to make changes durable in the controller's database.")
                           .Add({}, commit_seconds);
  Counter& commit_failures = counters("edgeferry_journal_commit_failures_total",
                                      "Commits of the controller's database that failed.")
                                 .Add({});
  Family<Counter>& requests = counters("edgeferry_http_requests_total", "HTTP requests answered.");
  Family<Histogram>& request_times =
      histograms("edgeferry_http_request_seconds",
                 "Time from a request that is read to its answer; of streams, to their beginning.");
  Family<Gauge>& waiting =
      gauges("edgeferry_http_waiting_connections", "Connections that wait for a thread.");
  Family<Counter>& changes = counters("edgeferry_audited_changes_total",
                                      "Changes in the audit log, by what came of them.");
  Counter& sent = counters("edgeferry_sent_bytes_total",
                           "Bytes of disks sent to targets, uncompressed, resent ones included.")
                      .Add({});
  Counter& resent = counters("edgeferry_resent_bytes_total",
                             "Bytes of disks sent by a second pass or a later one.")
                        .Add({});
  Counter& skipped = counters("edgeferry_skipped_bytes_total",
                              "Bytes of disks not sent: free, zero or equal on the target.")
                         .Add({});
  Counter& wire =
      counters("edgeferry_wire_bytes_total", "Bytes on data links, compressed.").Add({});
  Family<Counter>& actor_failures =
      counters("edgeferry_actor_failures_total",
               "Actors that failed and were started again, by role of the node.");
  Family<Gauge>& found = gauges("edgeferry_resources_found",
                                "Temporary resources as the janitor's last look found them.");
  Gauge& looked = gauges("edgeferry_janitor_last_look_timestamp_seconds",
                         "When the janitor last looked, since 1970; 0: not yet.")
                      .Add({});

  All() {
    for (const auto* outcome : {"done", "refused"}) changes.Add({{"outcome", outcome}});
    for (const auto* role : {"agent", "controller", "transition", "worker"}) {
      actor_failures.Add({{"role", role}});
    }
    for (const auto* finding : {"gone", "in_use", "kept", "leaked", "missing", "unknown"}) {
      found.Add({{"finding", finding}});
    }
  }
};

/// Never destroyed: threads that a process leaves behind at its end may still count.
All& all() {
  static auto* const one = new All;
  return *one;
}

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

void add(Counter& to, std::uint64_t count) { to.Increment(static_cast<double>(count)); }

}  // namespace

prometheus::Registry& metrics_registry() { return all().registry; }

namespace counted {

void commit(std::int64_t us, bool done) {
  all().commits.Observe(seconds(us));
  if (!done) all().commit_failures.Increment();
}

void http_request(std::string_view server, std::string_view route, int status, std::int64_t us) {
  Labels labels{{"server", std::string{server}}, {"route", std::string{route}}};
  all().request_times.Add(labels, request_seconds).Observe(seconds(us));
  labels.emplace("status", std::to_string(status));
  all().requests.Add(labels).Increment();
}

void http_waiting(std::string_view server, int change) {
  all().waiting.Add({{"server", std::string{server}}}).Increment(change);
}

void audited_change(bool done) {
  all().changes.Add({{"outcome", done ? "done" : "refused"}}).Increment();
}

void copied(const CopiedBytes& bytes) {
  add(all().sent, bytes.sent);
  add(all().resent, bytes.resent);
  add(all().skipped, bytes.skipped);
  add(all().wire, bytes.wire);
}

void actor_failures(std::string_view role, std::size_t count) {
  add(all().actor_failures.Add({{"role", std::string{role}}}), count);
}

void resources_found(const std::map<std::string, std::size_t>& by_finding, std::int64_t wall_ms) {
  for (const auto& [finding, count] : by_finding) {
    all().found.Add({{"finding", finding}}).Set(static_cast<double>(count));
  }
  all().looked.Set(static_cast<double>(wall_ms) / 1e3);
}

}  // namespace counted
}  // namespace ferry
