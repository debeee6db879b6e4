// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an import does with each of its instances: waiting, running, registered, imported.
#include <algorithm>

#include "actors/controller/ecs_import_ask.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace ferry {
namespace {

Error error_of(const CommandStatus& status) {
  return {static_cast<Errc>(status.error_code), status.error, status.fix};
}

}  // namespace

EcsImportItem* EcsImport::find(const std::string& instance) {
  const auto item = std::ranges::find(view_.items, instance, &EcsImportItem::instance);
  return item == view_.items.end() ? nullptr : &*item;
}

void EcsImport::step_items(const std::string& worker) {
  auto running =
      static_cast<std::size_t>(std::ranges::count(view_.items, "running", &EcsImportItem::state));
  const bool canceling = view_.state == "canceling";
  for (auto& item : view_.items) {
    if (!is_open(item) || steps_[item.instance].asking || give_up_late(item)) continue;
    if (item.state == "registered") {
      look_for_source(item);
    } else if (item.state == "running") {
      if (canceling) {
        stop(item, worker);
      } else {
        run(item, worker);
      }
    } else if (!canceling && running < limits::ecs_commands_at_once) {
      ++running;
      begin(item);
    }
  }
  again_in(environment_.poll);
}

/// The intent, durably, before anything is asked of the cloud.
void EcsImport::begin(EcsImportItem& item) {
  item.state = "running";
  ++item.attempt;
  item.invocation.clear();
  item.started_ms = wall_ms();
  steps_[item.instance] = {true, {}};
  record(item, [this, instance = item.instance] { steps_[instance].asking = false; });
}

void EcsImport::run(EcsImportItem& item, const std::string& worker) {
  const auto place = static_cast<std::size_t>(&item - view_.items.data());
  const EnsureCommand request{command_token(view_.id, place, item.attempt),
                              view_.region,
                              item.instance,
                              script_,
                              static_cast<std::uint32_t>(limits::ecs_command_time.count()),
                              item.invocation};
  ask_about<CommandStatus>(
      item, environment_.at_worker(worker), request,
      [this](EcsImportItem& now, const CommandStatus& status) { on_status(now, status); });
}

void EcsImport::on_status(EcsImportItem& item, const CommandStatus& status) {
  if (status.state == "running") {
    if (status.invocation.empty() || status.invocation == item.invocation) return;
    item.invocation = status.invocation;
    return record(item);
  }
  if (!status.output.empty()) item.output = status.output;
  if (!status.invocation.empty()) item.invocation = status.invocation;
  // A command that failed after its server had registered, such as for want of systemd, has made it
  // a source server all the same.
  if (const auto source = source_in(item.output); !source.empty()) {
    item.state = "registered";
    item.source = source;
    return record(item);
  }
  if (status.state == "done") {
    return fail_item(
        item, {Errc::instance_unusable, "the command ended well, and told of no source server",
               "read what it wrote"});
  }
  if (status.state == "stopped") {
    item.state = "canceled";
    return record(item);
  }
  const auto why = error_of(status);
  steps_[item.instance].trouble = why.what;
  if (!passes(why)) fail_item(item, why);
}

/// Of one that is not known to run, nothing can be ended: it may be running.
void EcsImport::stop(EcsImportItem& item, const std::string& worker) {
  if (item.invocation.empty()) {
    item.state = "canceled";
    item.error = "the command may have been started";
    return record(item);
  }
  const auto place = static_cast<std::size_t>(&item - view_.items.data());
  const StopCommand request{command_token(view_.id, place, item.attempt), view_.region,
                            item.instance, item.invocation};
  ask_about<CommandStatus>(
      item, environment_.at_worker(worker), request,
      [this](EcsImportItem& now, const CommandStatus& status) { on_status(now, status); });
}

/// F37: a source server that is online is imported, any other is not.
void EcsImport::look_for_source(EcsImportItem& item) {
  ask_about<SourceList>(
      item, environment_.sources, ListSources{item.source},
      [this](EcsImportItem& now, const SourceList& list) { on_source(now, list); });
}

void EcsImport::on_source(EcsImportItem& item, const SourceList& list) {
  if (list.sources.empty()) return;
  const auto& source = list.sources.front();
  if (source.state == "Available" || source.state == "InUse") {
    item.state = "imported";
    record(item);
    log::info("an instance is imported",
              {{"import", view_.id}, {"instance", item.instance}, {"source", item.source}});
    return;
  }
  const std::chrono::milliseconds waited{wall_ms() - item.changed_ms};
  if (waited < limits::ecs_online_time) return;
  fail_item(item, {Errc::source_offline,
                   "source server " + item.source + " has registered, and is not online",
                   "see the agent's log on the instance, and whether it reaches the controller"});
}

/// No wait without an end (F44), whoever gives no answer.
bool EcsImport::give_up_late(EcsImportItem& item) {
  if (item.state != "running") return false;
  const std::chrono::milliseconds taken{wall_ms() - item.started_ms};
  if (taken < limits::ecs_instance_time) return false;
  const auto& trouble = steps_[item.instance].trouble;
  fail_item(item, {Errc::timeout,
                   "the command has not ended after " +
                       std::to_string(limits::ecs_instance_time.count()) + " minutes" +
                       (trouble.empty() ? "" : ": " + trouble),
                   "check the instance and the worker, and retry the import"});
  return true;
}

void EcsImport::fail_item(EcsImportItem& item, const Error& error) {
  item.state = "failed";
  item.error_code = static_cast<std::uint16_t>(error.code);
  item.error = error.what;
  item.fix = remedy(error);
  log::warning("an instance is not imported",
               {{"import", view_.id}, {"instance", item.instance}, {"why", to_string(error)}});
  record(item);
}

/// Nobody is there who could end what runs.
void EcsImport::leave_running() {
  for (auto& item : view_.items) {
    if (item.state != "running") continue;
    item.state = "canceled";
    item.error = "no worker could end the command";
    item.changed_ms = wall_ms();
  }
  record_all([this] { advance(); });
}

/// What none of them can do without.
void EcsImport::fail_waiting(const Error& error) {
  for (auto& item : view_.items) {
    if (item.state != "waiting" && item.state != "running") continue;
    item.state = "failed";
    item.error_code = static_cast<std::uint16_t>(error.code);
    item.error = error.what;
    item.fix = remedy(error);
    item.changed_ms = wall_ms();
  }
  record_all([this] { advance(); });
}

}  // namespace ferry
