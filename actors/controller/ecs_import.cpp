// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an import does before and after its instances: code, script, a first look, the end. The
// instances themselves are in ecs_import_items.cpp.
#include "actors/controller/ecs_import.hpp"

#include <algorithm>

#include "actors/controller/ecs_import_ask.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace ferry {
namespace {

struct StepNow {
  bool now = true;
  FERRY_MESSAGE("ecs_import.step_now", now)
};

std::string code_name(const std::string& import) { return "ecs-import " + import; }

/// What Cloud Assistant runs: instances have one of the two programs, or neither.
std::string script_of(const InstallCommand& command) {
  return "if command -v curl >/dev/null 2>&1; then\n" + command.curl + "\nelse\n" + command.wget +
         "\nfi\n";
}

}  // namespace

EcsImport::EcsImport(caf::event_based_actor* self, caf::actor owner,
                     EcsImportEnvironment environment, const StoredEcsImport& stored)
    : self_(self),
      owner_(std::move(owner)),
      environment_(std::move(environment)),
      view_(view_of(stored)),
      sealed_(stored.sealed) {
  if (sealed_.empty()) return;
  if (auto code = environment_.box->open(sealed_, view_.id)) {
    code_ = std::move(*code);
  } else {
    log::warning("the code of an import can't be read, so it gets another one",
                 {{"import", view_.id}, {"why", code.error().what}});
  }
}

caf::behavior EcsImport::make_behavior() {
  if (!has_ended(view_)) again_in(std::chrono::milliseconds{0});
  return {[this](const CancelEcsImport& m) { return cancel(m); },
          [this](const RetryEcsImport& m) { return retry(m); },
          [this](const StepNow&) {
            timer_ = false;
            advance();
          }};
}

void EcsImport::again_in(std::chrono::milliseconds delay) {
  if (timer_) return;
  timer_ = true;
  self_->delayed_send(self_, delay, StepNow{});
}

/// The next step follows from what is recorded, so starting and recovering run the same code.
void EcsImport::advance() {
  if (busy_) return;
  if (!has_open_items()) return close();
  if (view_.state == "canceling") {
    return with_worker([this](const std::string& worker) { step_items(worker); });
  }
  if (code_.empty()) return make_code();
  if (script_.empty()) return make_script();
  if (!looked_) return look_at_instances();
  with_worker([this](const std::string& worker) { step_items(worker); });
}

bool EcsImport::has_open_items() const {
  return std::ranges::any_of(view_.items, [](const EcsImportItem& item) { return is_open(item); });
}

EcsImportView EcsImport::counted() const {
  StoredEcsImport stored{view_.id, {}, view_.created_ms, stored_body(view_), {}, {}};
  for (const auto& item : view_.items) stored.items.push_back(stored_item(item));
  return view_of(stored);
}

/// One that was made before a death is not known here and deleted first.
void EcsImport::make_code() {
  busy_ = true;
  ask<ActivationList>(environment_.sources, ListActivations{}, [this](const ActivationList& list) {
    const auto name = code_name(view_.id);
    for (const auto& one : list.activations) {
      if (one.name == name) caf::anon_send(environment_.sources, DeleteActivation{one.id});
    }
    create_code();
  });
}

void EcsImport::create_code() {
  CreateActivation request;
  request.name = code_name(view_.id);
  request.quota = static_cast<std::uint32_t>(view_.items.size());
  request.days = limits::ecs_code_days;
  request.description = "of an import of ECS instances, which disables it at its end";
  request.tags = view_.tags;
  request.resource_group = view_.resource_group;
  ask<ActivationCreated>(environment_.sources, request, [this](const ActivationCreated& created) {
    view_.activation = created.id;
    code_ = created.code;
    sealed_ = environment_.box->seal(code_, view_.id);
    record_all([this] { advance(); });
  });
}

/// Without an archive of the agent there is nothing that an instance could run.
void EcsImport::make_script() {
  busy_ = true;
  self_->request(environment_.downloads, environment_.answer_time, GetInstallCommand{code_})
      .then(
          [this](const InstallCommand& command) {
            busy_ = false;
            script_ = script_of(command);
            advance();
          },
          [this](caf::error& error) {
            busy_ = false;
            const auto why = from_caf(error);
            if (retry_class(why.code) == Retry::transient) return again_in(environment_.poll);
            fail_waiting(why);
          });
}

void EcsImport::look_at_instances() {
  const bool any = std::ranges::any_of(
      view_.items, [](const EcsImportItem& item) { return item.state == "waiting"; });
  if (!any) {
    looked_ = true;
    return again_in(std::chrono::milliseconds{0});
  }
  with_worker([this](const std::string& worker) { ask_for_instances(worker); });
}

void EcsImport::ask_for_instances(const std::string& worker) {
  if (look_.empty()) look_ = random_id("look");
  FindInstances request{look_, view_.region, {}, {}};
  for (const auto& item : view_.items) {
    if (item.state == "waiting") request.instances.push_back(item.instance);
  }
  ask<InstancesFound>(environment_.at_worker(worker), request,
                      [this](const InstancesFound& found) { on_found(found); });
}

void EcsImport::on_found(const InstancesFound& found) {
  if (found.state == "running") return again_in(std::min(environment_.poll, look_pause));
  look_.clear();
  if (found.state != "done") {
    const Error why{static_cast<Errc>(found.error_code), found.error, found.fix};
    if (passes(why) && !is_silent_too_long()) return again_in(environment_.poll);
    return fail_waiting(why);
  }
  looked_ = true;
  since_ms_ = 0;
  for (auto& item : view_.items) {
    if (item.state != "waiting") continue;
    const auto one = std::ranges::find(found.instances, item.instance, &EcsInstance::id);
    if (one == found.instances.end()) {
      item.state = "failed";
      item.error_code = static_cast<std::uint16_t>(Errc::not_found);
      item.error = "there is no instance " + item.instance + " in " + view_.region;
      item.fix = "check the id and the region";
      continue;
    }
    item.name = one->name;
    if (one->obstacle.empty()) continue;
    item.state = "failed";
    item.error_code = static_cast<std::uint16_t>(Errc::instance_unusable);
    item.error = one->obstacle;
    item.fix = "mend that, and retry the import";
  }
  record_all([this] { advance(); });
}

/// True once it could not go on for so long that somebody should know.
bool EcsImport::is_silent_too_long() {
  if (since_ms_ == 0) since_ms_ = steady_ms();
  const std::chrono::milliseconds waited{steady_ms() - since_ms_};
  return waited > limits::ecs_instance_time;
}

/// First, nobody registers with its code any more.
void EcsImport::close() {
  busy_ = true;
  const auto ended = [this] {
    view_.state = view_.state == "canceling" ? "canceled" : "done";
    view_.ended_ms = wall_ms();
    sealed_.clear();
    code_.clear();
    script_.clear();
    record_all([this] {
      log::info("an import of instances has ended", {{"import", view_.id}, {"state", view_.state}});
      caf::anon_send(owner_, EcsImportEnded{view_.id});
      self_->quit();
    });
  };
  if (view_.activation.empty()) return ended();
  self_
      ->request(environment_.sources, environment_.answer_time, DisableActivation{view_.activation})
      .then([ended](const Done&) { ended(); },
            [this, ended](caf::error& error) {
              const auto why = from_caf(error);
              if (why.code == Errc::not_found) return ended();
              busy_ = false;
              again_in(environment_.poll);
            });
}

caf::result<EcsImportView> EcsImport::cancel(const CancelEcsImport&) {
  if (has_ended(view_) || view_.state == "canceling") {
    if (has_ended(view_)) self_->quit();
    return to_caf({Errc::import_wrong_state, "import " + view_.id + " is " + view_.state, {}});
  }
  view_.state = "canceling";
  for (auto& item : view_.items) {
    if (item.state != "waiting") continue;
    item.state = "canceled";
    item.changed_ms = wall_ms();
  }
  auto promise = self_->make_response_promise<EcsImportView>();
  record_all([this, promise]() mutable {
    promise.deliver(counted());
    advance();
  });
  return promise;
}

caf::result<EcsImportView> EcsImport::retry(const RetryEcsImport& m) {
  if (view_.state == "canceling") {
    return to_caf({Errc::import_wrong_state, "import " + view_.id + " is being canceled", {}});
  }
  std::size_t count = 0;
  for (auto& item : view_.items) {
    const bool wanted =
        m.instances.empty() || std::ranges::find(m.instances, item.instance) != m.instances.end();
    if (!wanted || (item.state != "failed" && item.state != "canceled")) continue;
    item.state = "waiting";
    item.error_code = 0;
    item.error = item.fix = item.output = item.invocation = item.source = "";
    item.changed_ms = wall_ms();
    ++count;
  }
  if (count == 0) {
    if (has_ended(view_)) self_->quit();
    return to_caf({Errc::import_wrong_state,
                   "none of these instances of import " + view_.id + " has failed",
                   {}});
  }
  view_.state = "running";
  view_.ended_ms = 0;
  looked_ = false;
  since_ms_ = 0;
  auto promise = self_->make_response_promise<EcsImportView>();
  record_all([this, promise]() mutable {
    promise.deliver(counted());
    advance();
  });
  return promise;
}

void EcsImport::record_all(std::function<void()> then) {
  busy_ = true;
  const auto body = stored_body(view_);
  std::vector<StoredEcsItem> items;
  for (const auto& item : view_.items) items.push_back(stored_item(item));
  self_
      ->request(environment_.store, caf::infinite,
                Transact{[id = view_.id, body, sealed = sealed_,
                          items = std::move(items)](Database& database) {
                  EcsImportTable table{database};
                  table.update(id, body, sealed);
                  for (const auto& item : items) table.update_item(id, item);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, then = std::move(then)](const Done&) {
            busy_ = false;
            then();
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

/// Cancellation and retries may come while something is asked: what was recorded last counts.
void EcsImport::record(EcsImportItem& item, std::function<void()> then) {
  item.changed_ms = wall_ms();
  self_
      ->request(environment_.store, caf::infinite,
                Transact{[id = view_.id, row = stored_item(item)](Database& database) {
                  EcsImportTable{database}.update_item(id, row);
                  return caf::make_message(Done{});
                }})
      .then([then = std::move(then)](const Done&) { then(); },
            [this](caf::error& error) { self_->quit(std::move(error)); });
}

void EcsImport::with_worker(std::function<void(const std::string&)> then) {
  busy_ = true;
  self_->request(environment_.nodes, environment_.answer_time, ListNodes{"worker", true})
      .then(
          [this, then = std::move(then)](const NodeList& list) {
            busy_ = false;
            const auto node = std::ranges::find_if_not(
                list.nodes, [](const NodeView& one) { return is_machine_node(one.node); });
            if (node != list.nodes.end()) return then(node->node);
            if (view_.state == "canceling") return leave_running();
            again_in(environment_.poll);
            if (!looked_ && is_silent_too_long()) {
              fail_waiting({Errc::no_capacity, "there is no worker that could ask the cloud", {}});
            }
          },
          [this](caf::error&) {
            busy_ = false;
            again_in(environment_.poll);
          });
}

}  // namespace ferry
