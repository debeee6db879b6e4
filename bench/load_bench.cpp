// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One real controller under load: simulated agents with keys and connections of their own
// that keep their heartbeats, jobs that are copying, operators who list and change jobs, and
// a restart; once with an empty past and once with many finished jobs. scripts/load runs it.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <thread>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "bench/load/finished_jobs.hpp"
#include "bench/load/fleet.hpp"

namespace {

using namespace ferry;
using namespace ferry::load;
using namespace std::chrono_literals;

constexpr double heartbeat_p99_ms_max = 250;
constexpr double finished_slowdown_max = 1.5;  // of heartbeats, plus what is not worth a word
constexpr double slowdown_ignored_ms = 10;
constexpr std::size_t parallel_operators = 8;

struct Options {
  std::filesystem::path program;
  std::filesystem::path folder;
  std::size_t agents = 1000;
  std::size_t jobs = 200;
  std::size_t finished = 10'000;
  double seconds = 60;
  bool json = false;
};

struct Spread {
  std::size_t count = 0;
  double p50 = 0;
  double p99 = 0;
  double max = 0;
};

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const auto at = [&](double part) {
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
  };
  return {values.size(), at(0.5), at(0.99), values.back()};
}

/// What one controller was like.
struct Figures {
  std::size_t finished = 0;
  double registrations_per_s = 0;
  Spread heartbeat;       // while only the jobs work
  Spread heartbeat_busy;  // while operators list and change jobs, too
  std::uint64_t missed = 0;
  double requests_per_s = 0;  // that the controller asks its nodes
  double cpu_percent = 0;     // of one core
  double resident_mib = 0;
  double database_mib = 0;
  Spread list;
  double changes_per_s = 0;           // durable, one operator
  double changes_parallel_per_s = 0;  // durable, parallel_operators
  double restart_answers_s = 0;
  double restart_all_back_s = 0;
};

void say(const std::string& words) { std::fprintf(stderr, "load: %s\n", words.c_str()); }

double seconds_since(std::int64_t begun_us) {
  return static_cast<double>(steady_us() - begun_us) / 1e6;
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error{to_string(result.error())};
  return std::move(*result);
}

/// A change that the controller journals before it answers.
ModifyJob change(const std::string& job, std::uint64_t number) {
  ModifyJob wish;
  wish.job = job;
  wish.transfer.bandwidth_mbps = 1 + number % 1000;
  return wish;
}

std::vector<std::string> start_jobs(Client& client, const std::vector<SimulatedNode>& nodes,
                                    std::size_t count) {
  std::vector<std::string> jobs;
  for (std::size_t i = 0; i < count; ++i) {
    CreateJob wish;
    wish.settings.source = nodes.at(i).node;
    wish.settings.name = "running-" + std::to_string(i);
    jobs.push_back(must(client.ask<JobView>("jobs", wish)).id);
    (void)must(client.ask<JobView>("jobs", StartJob{jobs.back(), "start"}));
  }
  return jobs;
}

std::size_t jobs_syncing(Client& client) {
  const auto list = must(client.ask<JobList>("jobs", ListJobs{"Running"}));
  return static_cast<std::size_t>(
      std::ranges::count(list.jobs, std::string{"Syncing"}, &JobView::business_status));
}

void wait_until_syncing(Client& client, std::size_t count) {
  for (int i = 0; i < 300; ++i) {
    if (jobs_syncing(client) == count) return;
    std::this_thread::sleep_for(100ms);
  }
  throw std::runtime_error{"only " + std::to_string(jobs_syncing(client)) + " jobs are Syncing"};
}

/// Durable changes per second by `operators` at a time.
double change_rate(const ControllerProcess& controller, const std::vector<std::string>& jobs,
                   std::size_t operators, double seconds) {
  std::atomic<std::uint64_t> changes{0};
  std::atomic<bool> failed{false};
  const auto begun_us = steady_us();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < operators; ++i) {
      threads.emplace_back([&, i] {
        auto client = controller.operator_client();
        for (auto n = i; seconds_since(begun_us) < seconds; n += operators, ++changes) {
          if (client.ask<JobView>("jobs", change(jobs[n % jobs.size()], n))) continue;
          failed = true;
          return;
        }
      });
    }
  }
  if (failed) throw std::runtime_error{"a change was refused\n" + controller.end_of_log()};
  return static_cast<double>(changes) / seconds_since(begun_us);
}

Spread list_latency(Client& client, double seconds) {
  std::vector<double> latencies;
  const auto begun_us = steady_us();
  while (seconds_since(begun_us) < seconds) {
    const auto asked_us = steady_us();
    (void)must(client.ask<JobList>("jobs", ListJobs{}));
    latencies.push_back(seconds_since(asked_us) * 1000);
    std::this_thread::sleep_for(100ms);
  }
  return spread_of(std::move(latencies));
}

Figures measure(const Options& options, std::size_t finished) {
  Figures figures;
  figures.finished = finished;
  ControllerProcess controller{options.program, options.folder / "load"};
  if (finished > 0) {
    say("writing " + std::to_string(finished) + " finished jobs");
    std::filesystem::create_directories(controller.database().parent_path());
    write_finished_jobs(controller.database(), finished);
  }
  controller.start();
  controller.wait_until_it_answers();
  say("registering " + std::to_string(options.agents) + " agents");
  const auto registering_us = steady_us();
  const auto nodes = register_fleet(controller, options.agents, 0);
  figures.registrations_per_s = static_cast<double>(options.agents) / seconds_since(registering_us);
  Crowd crowd{controller.endpoint(), controller.public_key()};
  crowd.start(nodes);
  wait_until_welcomed(crowd, nodes.size());
  auto client = controller.operator_client();
  const auto jobs = start_jobs(client, nodes, options.jobs);
  wait_until_syncing(client, jobs.size());
  std::this_thread::sleep_for(5s);  // until the burst of their beginning is over

  say("measuring");
  (void)crowd.take_figures();
  const auto cpu_before = controller.cpu_seconds();
  const auto begun_us = steady_us();
  std::this_thread::sleep_for(std::chrono::duration<double>{options.seconds});
  const auto elapsed = seconds_since(begun_us);
  auto quiet = crowd.take_figures();
  figures.cpu_percent = 100 * (controller.cpu_seconds() - cpu_before) / elapsed;
  figures.requests_per_s = static_cast<double>(quiet.requests) / elapsed;
  figures.heartbeat = spread_of(std::move(quiet.heartbeat_ms));
  figures.resident_mib = controller.resident_mib();

  say("listing and changing jobs");
  figures.list = list_latency(client, options.seconds / 4);
  figures.changes_per_s = change_rate(controller, jobs, 1, options.seconds / 4);
  figures.changes_parallel_per_s =
      change_rate(controller, jobs, parallel_operators, options.seconds / 4);
  auto busy = crowd.take_figures();
  figures.heartbeat_busy = spread_of(std::move(busy.heartbeat_ms));
  figures.missed = quiet.heartbeats_missed + busy.heartbeats_missed;
  if (jobs_syncing(client) != jobs.size()) throw std::runtime_error{"a job stopped by itself"};

  say("killing and starting the controller");
  controller.kill_9();
  figures.database_mib = static_cast<double>(std::filesystem::file_size(controller.database())) /
                         static_cast<double>(limits::mib);
  crowd.expect_new_controller();
  const auto restarted_us = steady_us();
  controller.start();
  figures.restart_answers_s = controller.wait_until_it_answers();
  wait_until_welcomed(crowd, nodes.size());
  figures.restart_all_back_s = seconds_since(restarted_us);
  auto after = controller.operator_client();
  wait_until_syncing(after, jobs.size());
  if (const int code = controller.stop(); code != 0) {
    throw std::runtime_error{"the controller ended with " + std::to_string(code)};
  }
  return figures;
}

// -- what comes out ----------------------------------------------------------------------

struct Row {
  const char* name;
  const char* unit;
  std::function<double(const Figures&)> value;
};

const std::vector<Row> rows{
    {"finished jobs", "", [](const Figures& f) { return static_cast<double>(f.finished); }},
    {"heartbeat p50", "ms", [](const Figures& f) { return f.heartbeat.p50; }},
    {"heartbeat p99", "ms", [](const Figures& f) { return f.heartbeat.p99; }},
    {"heartbeat max", "ms", [](const Figures& f) { return f.heartbeat.max; }},
    {"heartbeat p99, busy operators", "ms", [](const Figures& f) { return f.heartbeat_busy.p99; }},
    {"heartbeat max, busy operators", "ms", [](const Figures& f) { return f.heartbeat_busy.max; }},
    {"heartbeats missed", "", [](const Figures& f) { return static_cast<double>(f.missed); }},
    {"heartbeats measured", "",
     [](const Figures& f) {
       return static_cast<double>(f.heartbeat.count + f.heartbeat_busy.count);
     }},
    {"requests to nodes", "/s", [](const Figures& f) { return f.requests_per_s; }},
    {"CPU of the controller", "%", [](const Figures& f) { return f.cpu_percent; }},
    {"memory of the controller", "MiB", [](const Figures& f) { return f.resident_mib; }},
    {"database", "MiB", [](const Figures& f) { return f.database_mib; }},
    {"job list p50", "ms", [](const Figures& f) { return f.list.p50; }},
    {"job list p99", "ms", [](const Figures& f) { return f.list.p99; }},
    {"durable changes, 1 operator", "/s", [](const Figures& f) { return f.changes_per_s; }},
    {"durable changes, 8 operators", "/s",
     [](const Figures& f) { return f.changes_parallel_per_s; }},
    {"registrations", "/s", [](const Figures& f) { return f.registrations_per_s; }},
    {"restart: first answer after", "s", [](const Figures& f) { return f.restart_answers_s; }},
    {"restart: all agents back after", "s", [](const Figures& f) { return f.restart_all_back_s; }},
};

std::vector<std::string> missed_targets(const std::vector<Figures>& all) {
  std::vector<std::string> missed;
  for (const auto& f : all) {
    const auto worst = std::max(f.heartbeat.p99, f.heartbeat_busy.p99);
    if (worst > heartbeat_p99_ms_max) {
      missed.push_back("heartbeat p99 is " + std::to_string(worst) + " ms with " +
                       std::to_string(f.finished) + " finished jobs, at most 250 are wanted");
    }
    if (f.missed > 0) {
      missed.push_back(std::to_string(f.missed) + " heartbeats were not answered in time");
    }
  }
  const auto& without = all.front();
  const auto& with = all.back();
  if (with.heartbeat.p99 > without.heartbeat.p99 * finished_slowdown_max + slowdown_ignored_ms) {
    missed.emplace_back("finished jobs slow the heartbeats down");
  }
  return missed;
}

void print(const Options& options, const std::vector<Figures>& all,
           const std::vector<std::string>& missed) {
  if (options.json) {
    nlohmann::json json{{"agents", options.agents}, {"jobs", options.jobs}, {"missed", missed}};
    for (const auto& figures : all) {
      nlohmann::json column;
      for (const auto& row : rows) column[row.name] = row.value(figures);
      json["runs"].push_back(std::move(column));
    }
    std::printf("%s\n", json.dump().c_str());
    return;
  }
  std::printf("%zu agents, %zu running jobs\n", options.agents, options.jobs);
  for (const auto& row : rows) {
    std::printf("%-32s", row.name);
    for (const auto& figures : all) {
      const auto value = row.value(figures);
      std::printf("%12.*f", std::floor(value) == value ? 0 : 2, value);
    }
    std::printf(" %s\n", row.unit);
  }
  for (const auto& target : missed) std::printf("MISSED: %s\n", target.c_str());
}

/// Each connection is a file on either side.
void allow_many_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"One controller under load; exit code 1 if a target is missed"};
  app.add_option("--program", options.program, "Path of edgeferry")->required();
  app.add_option("--folder", options.folder, "For the controller's state")->required();
  app.add_option("--agents", options.agents, "Simulated agents")->capture_default_str();
  app.add_option("--jobs", options.jobs, "Of these with a running job")->capture_default_str();
  app.add_option("--finished", options.finished, "Jobs of the past")->capture_default_str();
  app.add_option("--seconds", options.seconds, "To measure heartbeats")->capture_default_str();
  app.add_flag("--json", options.json, "Print one JSON object");
  CLI11_PARSE(app, argc, argv);
  if (options.jobs < 1 || options.jobs > options.agents) {
    std::fprintf(stderr, "load_bench: --jobs is 1 to the number of agents\n");
    return 2;
  }
  log::start("load", log::Level::error);
  allow_many_files();
  try {
    const std::vector<Figures> all{measure(options, 0), measure(options, options.finished)};
    const auto missed = missed_targets(all);
    print(options, all, missed);
    return missed.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load_bench: %s\n", error.what());
    return 1;
  }
}
