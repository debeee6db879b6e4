// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/metrics.hpp"

#include <array>
#include <map>

#include "base/clock.hpp"
#include "base/version.hpp"
#include "console/lists.hpp"
#include "messages/link.hpp"
#include "messages/source.hpp"
#include "metrics/limits.hpp"
#include "metrics/page.hpp"

namespace ferry {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

/// Those that are always told, so that nothing vanishes that was counted once.
const Counts no_jobs{{"Ready", 0},   {"Running", 0},  {"Stopped", 0}, {"InError", 0},
                     {"Waiting", 0}, {"Finished", 0}, {"Expired", 0}, {"Deleting", 0}};
const Counts no_phases{{"Preparing", 0}, {"Syncing", 0}, {"Processing", 0}, {"Cleaning", 0}};
const Counts no_sources{{"Available", 0}, {"InUse", 0}, {"Unavailable", 0}, {"Deleting", 0}};
const Counts no_nodes{{"agent", 0}, {"transition", 0}, {"worker", 0}};

void add_all(MetricsPage& page, const std::string& label, const Counts& counts) {
  for (const auto& [word, count] : counts) page.add(count, {{label, word}});
}

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1e3; }

void add_sources(MetricsPage& page, const SourceList& list) {
  auto states = no_sources;
  std::uint64_t offline = 0;
  for (const auto& source : list.sources) {
    ++states[source.state];
    if (source.error_code == "SourceServer.Offline") ++offline;
  }
  page.gauge("edgeferry_sources", "Source servers by state.");
  add_all(page, "state", states);
  page.gauge("edgeferry_sources_offline", "Source servers whose agent sends no heartbeat.");
  page.add(offline);
}

void add_job_counts(MetricsPage& page, const std::vector<JobView>& jobs) {
  auto states = no_jobs;
  auto phases = no_phases;
  Counts errors;
  Counts held;
  Counts held_bytes;
  std::uint64_t stalled = 0;
  std::uint64_t blocked = 0;
  std::uint64_t still = 0;
  for (const auto& job : jobs) {
    ++states[job.status];
    if (job.status == "Running") ++phases[job.business_status];
    const auto code = code_text(static_cast<Errc>(job.error_code));
    if (job.status == "InError") ++errors[code];
    if (job.status != "InError" && job.error_code != 0) ++stalled;
    if (!job.waiting_for.empty()) ++blocked;
    if (job.still_since_ms != 0) ++still;
    for (const auto& resource : job.holds) {
      ++held[resource.kind];
      held_bytes[resource.kind] += resource.bytes;
    }
  }
  page.gauge("edgeferry_jobs", "Migration jobs by status.");
  add_all(page, "status", states);
  page.gauge("edgeferry_jobs_running", "Running jobs by what they do.");
  add_all(page, "phase", phases);
  page.gauge("edgeferry_jobs_in_error", "Jobs in error by the number of their error.");
  add_all(page, "code", errors);
  page.gauge("edgeferry_jobs_release_stalled", "Jobs that can't give back what they hold.");
  page.add(stalled);
  page.gauge("edgeferry_jobs_blocked", "Jobs that wait for a node, or for a source server.");
  page.add(blocked);
  page.gauge("edgeferry_jobs_stalled", "Jobs that run and have moved nothing for long.");
  page.add(still);
  page.gauge("edgeferry_resources_held", "Temporary resources that jobs hold, by kind.");
  add_all(page, "kind", held);
  page.gauge("edgeferry_resources_held_bytes", "What these take at most.");
  add_all(page, "kind", held_bytes);
}

/// One value of each running job.
struct JobSeries {
  const char* name;
  const char* help;
  double (*value)(const JobView& job);  // below 0: unknown
};

template <std::uint64_t DiskProgress::*member>
double of_disks(const JobView& job) {
  std::uint64_t all = 0;
  for (const auto& disk : job.disks) all += disk.*member;
  return static_cast<double>(all);
}

constexpr std::array<JobSeries, 9> job_series{{
    {"edgeferry_job_progress_ratio", "How far a running job is, 0 to 1.",
     [](const JobView& job) { return job.progress / 100; }},
    {"edgeferry_job_speed_bytes_per_second", "Bytes of its disks settled per second, uncompressed.",
     [](const JobView& job) { return static_cast<double>(job.speed_bytes); }},
    {"edgeferry_job_network_bytes_per_second", "Bytes on its data links per second.",
     [](const JobView& job) { return static_cast<double>(job.network_bytes); }},
    {"edgeferry_job_remaining_seconds", "Until its pass is over, at this speed.",
     [](const JobView& job) { return static_cast<double>(job.remaining_s); }},
    {"edgeferry_job_pass_bytes", "What its passes look at.", of_disks<&DiskProgress::bytes_total>},
    {"edgeferry_job_done_bytes", "Of these, settled.", of_disks<&DiskProgress::bytes_done>},
    {"edgeferry_job_sent_bytes", "Sent in this run, uncompressed.",
     of_disks<&DiskProgress::bytes_sent>},
    {"edgeferry_job_skipped_bytes", "Not sent in this run: free, zero or equal.",
     of_disks<&DiskProgress::bytes_skipped>},
    {"edgeferry_job_epoch", "Grows with each start, pause, restart and failure of the job.",
     [](const JobView& job) { return static_cast<double>(job.epoch); }},
}};

void add_running_jobs(MetricsPage& page, std::vector<JobView> jobs) {
  std::erase_if(jobs, [](const JobView& job) { return job.status != "Running"; });
  const auto told = std::min(jobs.size(), limits::metrics_jobs_max);
  page.gauge("edgeferry_jobs_untold",
             "Running jobs beyond the limit, without series of their own.");
  page.add(std::uint64_t{jobs.size() - told});
  jobs.resize(told);
  for (const auto& series : job_series) {
    page.gauge(series.name, series.help);
    for (const auto& job : jobs) {
      const auto value = series.value(job);
      if (value >= 0) page.add(value, {{"migration", job.id}});
    }
  }
}

/// Nodes of the cluster file are there from the beginning, whether they have ever been heard of.
std::map<std::string, NodeView> all_nodes(const ClusterConfig& config, const NodeList& list) {
  std::map<std::string, NodeView> all;
  for (const auto& node : config.nodes) {
    if (node.role == "controller" || node.role == "agent") continue;
    auto& view = all[node.name];
    view.node = node.name;
    view.role = node.role;
    view.silent_ms = -1;
  }
  for (const auto& node : list.nodes) all[node.node] = node;
  return all;
}

void add_nodes(MetricsPage& page, const ClusterConfig& config, const NodeList& list) {
  auto known = no_nodes;
  auto up = no_nodes;
  std::int64_t oldest_ms = 0;
  std::vector<NodeView> servers;
  for (auto& [name, node] : all_nodes(config, list)) {
    ++known[node.role];
    if (node.online) ++up[node.role];
    if (node.role == "agent")
      oldest_ms = std::max(oldest_ms, node.silent_ms);
    else if (servers.size() < limits::metrics_nodes_max)
      servers.push_back(node);
  }
  page.gauge("edgeferry_nodes", "Nodes that are known, by role.");
  add_all(page, "role", known);
  page.gauge("edgeferry_nodes_up", "Nodes whose heartbeat comes, by role.");
  add_all(page, "role", up);
  page.gauge("edgeferry_agent_heartbeat_age_max_seconds",
             "Since the agent that is silent longest was heard of.");
  page.add(seconds(oldest_ms));
  page.gauge("edgeferry_node_up", "1 while the node's heartbeat comes; agents have no series.");
  for (const auto& node : servers) {
    page.add(node.online ? 1.0 : 0.0, {{"node", node.node}, {"role", node.role}});
  }
  page.gauge("edgeferry_node_heartbeat_age_seconds", "Since the node was heard of.");
  for (const auto& node : servers) {
    if (node.silent_ms < 0) continue;  // not since the controller was started
    page.add(seconds(node.silent_ms), {{"node", node.node}, {"role", node.role}});
  }
}

void add_links(MetricsPage& page, const Bridge& bridge, std::size_t streams) {
  const auto& frames = bridge.counters();
  page.counter("edgeferry_frames_total",
               "Control frames between processes, by what became of them.");
  page.add(frames.received.load(), {{"result", "received"}});
  page.add(frames.sent.load(), {{"result", "sent"}});
  page.add(frames.refused.load(), {{"result", "refused"}});
  page.add(frames.unroutable.load(), {{"result", "unroutable"}});
  page.gauge("edgeferry_event_streams", "Event streams of the console's API that are open.");
  page.add(std::uint64_t{streams});
  page.gauge("edgeferry_limit", "What queues and the like may grow to.");
  page.add(std::uint64_t{limits::watchers_max}, {{"of", "event_streams"}});
  page.add(std::uint64_t{limits::http_waiting_max}, {{"of", "http_waiting_connections"}});
}

}  // namespace

std::string ConsoleMetrics::text() {
  constexpr auto fresh_ms = limits::metrics_fresh.count();
  const std::lock_guard lock{mutex_};
  if (made_ms_ == 0 || steady_ms() - made_ms_ >= fresh_ms) {
    text_ = make();
    made_ms_ = steady_ms();
  }
  return text_;
}

std::string ConsoleMetrics::make() const {
  const auto begun_us = steady_us();
  MetricsPage page;
  page.gauge("edgeferry_build_info", "1; the version of the controller's program.");
  page.add(1.0, {{"version", program_version}});
  const auto sources = controller_.ask<SourceList>("sources", ListSources{});
  const auto jobs = every_job(controller_);
  const auto nodes = controller_.ask<NodeList>("nodes", ListNodes{});
  if (sources) add_sources(page, *sources);
  if (jobs) {
    add_job_counts(page, *jobs);
    add_running_jobs(page, *jobs);
  }
  if (nodes) add_nodes(page, config_, *nodes);
  add_links(page, bridge_, watchers_.open_streams());
  add_process_metrics(page);
  page.gauge("edgeferry_collector_success", "1 if the controller could be asked about them.");
  page.add(jobs ? 1.0 : 0.0, {{"part", "jobs"}});
  page.add(nodes ? 1.0 : 0.0, {{"part", "nodes"}});
  page.add(sources ? 1.0 : 0.0, {{"part", "sources"}});
  page.gauge("edgeferry_collector_seconds", "What making this page took.");
  page.add(static_cast<double>(steady_us() - begun_us) / 1e6);
  return page.text();
}

}  // namespace ferry
