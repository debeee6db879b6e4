// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/log_collector.hpp"

#include <algorithm>

#include "actors/controller/job_record.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t tasks_max = 4096;
constexpr std::size_t asked_max = 4;  // at once: their answers are megabytes
constexpr auto store_time = 30s;
constexpr std::int64_t pause_ms = 30'000;  // after no answer

struct CollectLogs {
  bool now = true;
  FERRY_MESSAGE("log_collector.look", now)
};

struct LoadedTasks {
  using local_message = void;
  std::vector<LogTask> tasks;
};

std::string key_of(const WantedLog& wanted) { return wanted.job + " " + wanted.node; }

StoredLog note_of(const WantedLog& wanted, std::string_view why, std::int64_t now_ms) {
  return {wanted.job, wanted.node, now_ms, 0, {}, std::string{why}, {}, 0};
}

void add(Database& database, const StoredLog& log) {
  JobLogTable{database}.add(log, limits::job_logs_bytes_max, limits::stored_logs_bytes_max);
}

void divide(Database& database, const WantedLog& all, std::int64_t now_ms) {
  JobLogTable table{database};
  table.forget_wanted(all);
  const auto record = replay(all.job, Journal{database}.events(all.job));
  if (!record || record->last_seq == 0) return;
  auto nodes = table.nodes_of(all.job, limits::log_nodes_max);
  nodes.emplace_back(controller_log_name);
  for (const auto& node : nodes) table.want({all.job, node, all.since_ms});
  const WantedLog agent{all.job, record->settings.source, all.since_ms};
  if (record->settings.diagnostic_logs)
    table.want(agent);
  else
    add(database, note_of(agent, switched_off_note, now_ms));
}

}  // namespace

std::vector<LogTask> log_tasks(Database& database, std::int64_t now_ms) {
  JobLogTable table{database};
  for (const auto& wanted : table.wanted(tasks_max)) {
    if (wanted.node.empty()) divide(database, wanted, now_ms);
  }
  std::vector<LogTask> tasks;
  for (const auto& wanted : table.wanted(tasks_max)) {
    if (wanted.node.empty()) continue;
    const auto first = Journal{database}.events(wanted.job, 0, 1);
    tasks.push_back({wanted, first.empty() ? wanted.since_ms : first.front().at_ms,
                     table.last_line(wanted.job, wanted.node)});
  }
  return tasks;
}

GetLog lines_since(std::int64_t job_created_ms, std::int64_t last_ms, std::int64_t now_ms) {
  const auto slack = std::chrono::milliseconds{limits::log_window_slack}.count();
  return {std::max<std::int64_t>(0, now_ms - job_created_ms) + slack, 0, last_ms, true};
}

std::string unfit(const NodeLog& log) {
  if (log.packed.size() > limits::log_packed_bytes_max || log.bytes > limits::log_bytes_max) {
    return "the node has sent more lines than it may";
  }
  return {};
}

LogCollector::LogCollector(caf::event_based_actor* self, LogCollectorOptions options)
    : self_(self), options_(std::move(options)) {}

caf::behavior LogCollector::make_behavior() {
  self_->delayed_send(self_, options_.period, CollectLogs{});
  return {[this](const CollectLogs&) { look(); }};
}

void LogCollector::look() {
  self_->delayed_send(self_, options_.period, CollectLogs{});
  auto work = [](Database& database) {
    return caf::make_message(LoadedTasks{log_tasks(database, wall_ms())});
  };
  self_->request(options_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [this](const LoadedTasks& loaded) {
            if (loaded.tasks.empty()) return not_before_.clear();
            self_->request(options_.nodes, 2s, ListNodes{"", true})
                .then(
                    [this, tasks = loaded.tasks](const NodeList& nodes) { on_tasks(tasks, nodes); },
                    [](const caf::error& error) {
                      log::warning("logs can't be fetched now",
                                   {{"why", to_string(from_caf(error))}});
                    });
          },
          [](const caf::error& error) {
            log::error("what logs are wanted can't be read", {{"why", to_string(from_caf(error))}});
          });
}

void LogCollector::on_tasks(const std::vector<LogTask>& tasks, const NodeList& nodes) {
  const auto old_ms = wall_ms() - std::chrono::milliseconds{limits::log_wanted_time}.count();
  for (const auto& task : tasks) {
    const auto key = key_of(task.wanted);
    const auto pause = not_before_.find(key);
    if (asked_.contains(key) || (pause != not_before_.end() && pause->second > steady_ms())) {
      continue;
    }
    const auto is_it = [&](const NodeView& node) { return node.node == task.wanted.node; };
    const bool here =
        task.wanted.node == controller_log_name || std::ranges::any_of(nodes.nodes, is_it);
    if (!here && task.wanted.since_ms < old_ms) {
      note(task, "the node was away for too long after the job's end");
    } else if (here && asked_.size() < asked_max) {
      fetch(task);
    }
  }
}

void LogCollector::fetch(const LogTask& task) {
  asked_.insert(key_of(task.wanted));
  const auto target = task.wanted.node == controller_log_name
                          ? options_.own_log
                          : options_.bridge->remote(task.wanted.node, "log");
  self_
      ->request(target, limits::log_answer_time,
                lines_since(task.created_ms, task.last_ms, wall_ms()))
      .then([this, task](const NodeLog& told) { on_told(task, told); },
            [this, task](const caf::error& error) { on_silent(task, from_caf(error)); });
}

void LogCollector::on_told(const LogTask& task, const NodeLog& told) {
  if (auto why = unfit(told); !why.empty()) return note(task, why);
  if (!told.refused.empty()) return note(task, "the node refuses: " + told.refused);
  auto facts = told;
  facts.packed.clear();
  StoredLog log;
  log.job = task.wanted.job;
  log.node = task.wanted.node;
  log.at_ms = wall_ms();
  log.last_ms = std::max(told.last_ms, task.last_ms);
  log.facts = to_msgpack(facts);
  log.packed = {told.packed.begin(), told.packed.end()};
  log.bytes = told.bytes;
  store(task, std::move(log));
}

/// Nodes of an older version have no such actor, and those that start have none yet.
void LogCollector::on_silent(const LogTask& task, const Error& error) {
  const auto old_ms = wall_ms() - std::chrono::milliseconds{limits::log_unable_time}.count();
  if (error.code == Errc::not_found && task.wanted.since_ms < old_ms) {
    return note(task, "the node can't tell its log: " + error.what);
  }
  asked_.erase(key_of(task.wanted));
  not_before_[key_of(task.wanted)] = steady_ms() + pause_ms;
  log::info("a node does not tell its log, and is asked again",
            {{"peer", task.wanted.node}, {"job", task.wanted.job}, {"why", error.what}});
}

void LogCollector::note(const LogTask& task, const std::string& why) {
  asked_.insert(key_of(task.wanted));
  store(task, note_of(task.wanted, why, wall_ms()));
}

void LogCollector::store(const LogTask& task, StoredLog log) {
  auto work = [wanted = task.wanted, log = std::move(log)](Database& database) {
    add(database, log);
    JobLogTable{database}.forget_wanted(wanted);
    return caf::make_message(Done{});
  };
  const auto over = [this, key = key_of(task.wanted)] { asked_.erase(key); };
  self_->request(options_.store, store_time, Transact{std::move(work)})
      .then([over](const Done&) { over(); },
            [over](const caf::error& error) {
              over();
              log::warning("a log can't be stored", {{"why", to_string(from_caf(error))}});
            });
}

}  // namespace ferry
