// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/instance_importer.hpp"

#include "actors/spawn.hpp"
#include "actors/work_status.hpp"
#include "base/clock.hpp"

namespace ferry {
namespace {

Result<std::shared_ptr<InstanceCommands>> opened(const OpenInstances& open,
                                                 const std::string& region) {
  auto instances = open(region);
  if (instances && *instances == nullptr) {
    return fail(Errc::config_conflict, "this worker's cluster file names no account of ECS",
                "start it with the cluster file of the controller, which has [ecs_import]");
  }
  return instances;
}

InstancesFound refused_find(const FindInstances& m, const Error& error) {
  InstancesFound status;
  status.look = m.look;
  set_failed(status, error);
  return status;
}

CommandStatus refused_command(const std::string& token, const Error& error) {
  CommandStatus status;
  status.token = token;
  set_failed(status, error);
  return status;
}

CommandStatus status_of(const std::string& token, const std::string& invocation,
                        const ScriptState& state) {
  CommandStatus status;
  status.token = token;
  status.invocation = invocation;
  status.output = state.output;
  using enum ScriptState::Phase;
  switch (state.phase) {
    case running: status.state = "running"; break;
    case done: status.state = "done"; break;
    case stopped: status.state = "stopped"; break;
    case failed: set_failed(status, state.error); break;
  }
  return status;
}

Result<CommandStatus> run_step(const OpenInstances& open, const EnsureCommand& m,
                               const std::stop_token& stop) {
  auto instances = opened(open, m.region);
  if (!instances) return fail(instances.error());
  auto invocation = m.invocation;
  if (invocation.empty()) {
    auto started =
        (*instances)
            ->start({m.token, m.instance, m.script, std::chrono::seconds{m.timeout_s}}, stop);
    if (!started) return fail(started.error());
    invocation = std::move(*started);
    return status_of(m.token, invocation, {});
  }
  const auto state = (*instances)->look(m.instance, invocation, stop);
  if (!state) return fail(state.error());
  return status_of(m.token, invocation, *state);
}

Result<CommandStatus> stop_step(const OpenInstances& open, const StopCommand& m,
                                const std::stop_token& stop) {
  auto instances = opened(open, m.region);
  if (!instances) return fail(instances.error());
  if (auto ended = (*instances)->end(m.instance, m.invocation, stop); !ended) {
    return fail(ended.error());
  }
  const auto state = (*instances)->look(m.instance, m.invocation, stop);
  if (!state) return fail(state.error());
  return status_of(m.token, m.invocation, *state);
}

}  // namespace

InstanceImporter::InstanceImporter(caf::event_based_actor* /*self*/, OpenInstances open)
    : open_(std::move(open)) {}

caf::behavior InstanceImporter::make_behavior() {
  return {[this](const FindInstances& m) { return find(m); },
          [this](const EnsureCommand& m) { return ensure(m); },
          [this](const StopCommand& m) { return stop(m); }};
}

void InstanceImporter::forget_old() {
  const std::chrono::milliseconds kept = limits::cloud_question_kept;
  const auto oldest_ms = steady_ms() - kept.count();
  const auto is_old = [&](const auto& one) {
    return one.second.asked_ms < oldest_ms && !one.second.work.running();
  };
  std::erase_if(finds_, is_old);
  std::erase_if(commands_, is_old);
}

bool InstanceImporter::is_full() const {
  return finds_.size() + commands_.size() >= limits::cloud_questions_max;
}

InstancesFound InstanceImporter::find(const FindInstances& m) {
  forget_old();
  const Error full{Errc::no_capacity, "this worker asks the cloud too much already", {}};
  if (!finds_.contains(m.look) && is_full()) return refused_find(m, full);
  auto& question = finds_[m.look];
  question.asked_ms = steady_ms();
  if (!question.work.started()) {
    question.work.start([open = open_, m](const std::stop_token& stop) -> Result<InstancesFound> {
      auto instances = opened(open, m.region);
      if (!instances) return fail(instances.error());
      auto listing = (*instances)->find(m.search, m.instances, stop);
      if (!listing) return fail(listing.error());
      return InstancesFound{m.look, "done", std::move(listing->instances), listing->left_out};
    });
  }
  const auto* result = question.work.result();
  if (result == nullptr) return {m.look, "running"};
  return *result ? **result : refused_find(m, result->error());
}

/// One step to the cloud at a time; what is final stays so.
CommandStatus InstanceImporter::look(
    const std::string& key, const std::string& token, const std::string& invocation,
    std::function<Result<CommandStatus>(const std::stop_token&)> work) {
  forget_old();
  const Error full{Errc::no_capacity, "this worker asks the cloud too much already", {}};
  if (!commands_.contains(key) && is_full()) return refused_command(token, full);
  auto& question = commands_[key];
  question.asked_ms = steady_ms();
  CommandStatus now;
  now.token = token;
  now.state = "running";
  now.invocation = invocation;
  if (const auto* result = question.work.result()) {
    now = *result ? **result : refused_command(token, result->error());
    // Whoever asks again after an error wants it tried again, and a final answer is the same then.
    question.work.reset();
    return now;
  }
  if (!question.work.started()) question.work.start(std::move(work));
  return now;
}

CommandStatus InstanceImporter::ensure(const EnsureCommand& m) {
  return look(m.token, m.token, m.invocation,
              [open = open_, m](const std::stop_token& stop) { return run_step(open, m, stop); });
}

CommandStatus InstanceImporter::stop(const StopCommand& m) {
  return look(m.token + " stop", m.token, m.invocation,
              [open = open_, m](const std::stop_token& stop) { return stop_step(open, m, stop); });
}

caf::actor spawn_instance_importer(caf::event_based_actor& parent, Bridge& bridge,
                                   OpenInstances open) {
  auto importer = spawn_actor<InstanceImporter>(parent, std::move(open));
  bridge.publish("ecs", importer, {{Role::controller}});
  return importer;
}

}  // namespace ferry
