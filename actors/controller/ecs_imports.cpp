// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/ecs_imports.hpp"

#include <algorithm>

#include "actors/controller/store.hpp"
#include "actors/controller/user_words.hpp"
#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "messages/machine.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds keep_period{5};
constexpr std::size_t region_bytes_max = 40;

struct KeepRunning {
  bool now = true;
  FERRY_MESSAGE("ecs_imports.keep_running", now)
};
struct ImportOutcome {
  using local_message = void;
  Result<StoredEcsImport> import;
  bool is_new = false;
};

tl::unexpected<Error> unknown_import(const std::string& id) {
  return fail(Errc::not_found, "there is no import " + id, "see 'edgeferry source ecs-imports'");
}

std::vector<EcsImportView> views_of(Database& database) {
  std::vector<EcsImportView> views;
  for (const auto& stored : EcsImportTable{database}.all()) views.push_back(view_of(stored));
  return views;
}

Result<> check_instances(const std::vector<std::string>& instances) {
  if (instances.empty()) {
    return fail(Errc::invalid_argument, "no instance is named", "name one or more, as i-...");
  }
  if (instances.size() > limits::ecs_import_instances_max) {
    return fail(Errc::limit_exceeded,
                std::to_string(instances.size()) + " instances are named, at most " +
                    std::to_string(limits::ecs_import_instances_max) + " are allowed in one import",
                "make several imports");
  }
  for (const auto& id : instances) {
    if (is_instance_id(id)) continue;
    return fail(Errc::invalid_argument, "'" + escaped(id) + "' is no id of an instance",
                "write it like i-2ze0abc");
  }
  return {};
}

/// What another import has, or had and is a source server still.
Result<> check_free(const std::vector<EcsImportView>& views,
                    const std::vector<std::string>& instances) {
  for (const auto& view : views) {
    for (const auto& item : view.items) {
      if (!is_open(item) || std::ranges::find(instances, item.instance) == instances.end())
        continue;
      return fail(Errc::import_wrong_state,
                  "instance " + item.instance + " is being imported by " + view.id,
                  "wait for it, or cancel it");
    }
  }
  return {};
}

/// Those that have ended, beyond the bound, oldest first. Running ones stay.
void forget_oldest(EcsImportTable& table) {
  std::size_t ended = 0;
  for (const auto& stored : table.all()) {
    if (!has_ended(view_of(stored))) continue;
    if (++ended > limits::ecs_imports_kept_max) table.remove(stored.id);
  }
}

Result<StoredEcsImport> add(Database& database, const StoredEcsImport& wish, bool* is_new) {
  EcsImportTable table{database};
  if (auto known = table.find_by_token(wish.client_token)) return *known;
  const auto views = views_of(database);
  const auto running =
      std::ranges::count_if(views, [](const auto& one) { return !has_ended(one); });
  if (static_cast<std::size_t>(running) >= limits::ecs_imports_running_max) {
    return fail(Errc::limit_exceeded, std::to_string(running) + " imports are running already",
                "wait for one of them, or cancel it");
  }
  std::vector<std::string> instances;
  for (const auto& item : wish.items) instances.push_back(item.instance);
  if (auto free = check_free(views, instances); !free) return fail(free.error());
  table.add(wish);
  forget_oldest(table);
  *is_new = true;
  return wish;
}

}  // namespace

EcsImports::EcsImports(caf::event_based_actor* self, EcsImportsOptions options)
    : self_(self),
      options_(std::move(options)),
      imports_(self, options_.branch, [this](const std::string& id) {
        return spawn_actor<EcsImport>(*self_, caf::actor_cast<caf::actor>(self_),
                                      options_.environment, starting_.at(id));
      }) {}

caf::behavior EcsImports::make_behavior() {
  load();
  self_->delayed_send(self_, keep_period, KeepRunning{});
  return {[this](const ListEcsInstances& m) { return list_instances(m); },
          [this](const CreateEcsImport& m) { return create(m); },
          [this](const ListEcsImports& m) { return list(m); },
          [this](const CancelEcsImport& m) { return pass_on(m); },
          [this](const RetryEcsImport& m) { return pass_on(m); },
          [this](const AskCloud& m) { ask_cloud(m.look); },
          [this](const EcsImportEnded& m) { running_.erase(m.id); },
          [this](const KeepRunning&) {
            self_->delayed_send(self_, keep_period, KeepRunning{});
            keep_running();
          }};
}

void EcsImports::load() {
  self_
      ->request(options_.environment.store, caf::infinite, Transact{[](Database& database) {
                  return caf::make_message(LoadedImports{EcsImportTable{database}.all()});
                }})
      .await(
          [this](const LoadedImports& loaded) {
            for (const auto& stored : loaded.imports) {
              if (!has_ended(view_of(stored))) start(stored);
            }
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

/// An actor that has failed comes back as the database has it.
void EcsImports::keep_running() {
  for (const auto& id : running_) {
    if (imports_.find(id)) continue;
    self_
        ->request(options_.environment.store, caf::infinite, Transact{[id](Database& database) {
                    LoadedImports loaded;
                    if (auto stored = EcsImportTable{database}.find(id)) {
                      loaded.imports.push_back(std::move(*stored));
                    }
                    return caf::make_message(std::move(loaded));
                  }})
        .then(
            [this, id](const LoadedImports& loaded) {
              if (loaded.imports.empty() || has_ended(view_of(loaded.imports.front()))) {
                running_.erase(id);
                return;
              }
              start(loaded.imports.front());
            },
            [this](caf::error& error) { self_->quit(std::move(error)); });
  }
}

Result<std::string> EcsImports::region_of(const std::string& wanted) const {
  if (!options_.account) {
    return fail(Errc::config_conflict, "the cluster file names no account of Alibaba Cloud",
                "add [ecs_import] with kind = \"ecs\" and a region, and [credentials], then start "
                "the controller and its worker again");
  }
  const auto region = wanted.empty() ? options_.account->region : wanted;
  const bool good = region.size() <= region_bytes_max && std::ranges::all_of(region, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                    });
  if (good) return region;
  return fail(Errc::invalid_argument, "'" + escaped(region) + "' is no region",
              "write it like cn-beijing");
}

/// Only where there is something to install; the archive may go away later, and come back.
caf::result<EcsImportView> EcsImports::create(const CreateEcsImport& m) {
  const auto region = region_of(m.region);
  if (!region) return to_caf(region.error());
  auto instances = m.instances;
  std::ranges::sort(instances);
  instances.erase(std::unique(instances.begin(), instances.end()), instances.end());
  if (auto good = check_instances(instances); !good) return to_caf(good.error());
  auto tags = changed_tags({}, {.put = m.tags});
  if (!tags) return to_caf(tags.error());
  if (auto good = check_resource_group(m.resource_group); !good) return to_caf(good.error());
  if (m.client_token.size() > limits::name_bytes_max) {
    return to_caf({Errc::invalid_argument, "the client token is too long", {}});
  }
  EcsImportView view;
  view.id = random_id("ei");
  view.region = *region;
  view.state = "running";
  view.created_ms = wall_ms();
  view.tags = std::move(*tags);
  view.resource_group = m.resource_group;
  for (auto& instance : instances) {
    EcsImportItem item;
    item.instance = std::move(instance);
    item.state = "waiting";
    item.changed_ms = view.created_ms;
    view.items.push_back(std::move(item));
  }
  auto promise = self_->make_response_promise<EcsImportView>();
  self_
      ->request(options_.environment.downloads, options_.environment.answer_time,
                GetInstallCommand{})
      .then([this, token = m.client_token, view,
             promise](const InstallCommand&) { store(token, view, promise); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

void EcsImports::store(const std::string& client_token, const EcsImportView& view,
                       caf::typed_response_promise<EcsImportView> promise) {
  StoredEcsImport wish{view.id, client_token, view.created_ms, stored_body(view), {}, {}};
  for (const auto& item : view.items) wish.items.push_back(stored_item(item));
  self_
      ->request(options_.environment.store, caf::infinite,
                Transact{[wish = std::move(wish)](Database& database) {
                  ImportOutcome outcome;
                  outcome.import = add(database, wish, &outcome.is_new);
                  return caf::make_message(std::move(outcome));
                }})
      .then(
          [this, promise](const ImportOutcome& outcome) mutable {
            if (!outcome.import) return (void)promise.deliver(to_caf(outcome.import.error()));
            if (outcome.is_new) start(*outcome.import);
            promise.deliver(view_of(*outcome.import));
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
}

void EcsImports::start(const StoredEcsImport& stored) {
  running_.insert(stored.id);
  starting_[stored.id] = stored;
  (void)imports_.find_or_start(stored.id);
  starting_.erase(stored.id);
}

caf::result<EcsImportList> EcsImports::list(const ListEcsImports& m) {
  auto promise = self_->make_response_promise<EcsImportList>();
  self_
      ->request(options_.environment.store, caf::infinite,
                Transact{[id = m.id](Database& database) {
                  LoadedImports loaded;
                  EcsImportTable table{database};
                  if (id.empty()) {
                    loaded.imports = table.all();
                  } else if (auto stored = table.find(id)) {
                    loaded.imports.push_back(std::move(*stored));
                  }
                  return caf::make_message(std::move(loaded));
                }})
      .then(
          [promise, id = m.id](const LoadedImports& loaded) mutable {
            if (!id.empty() && loaded.imports.empty()) {
              return (void)promise.deliver(to_caf(unknown_import(id).value()));
            }
            EcsImportList list;
            for (const auto& stored : loaded.imports) {
              list.imports.push_back(view_of(stored));
              if (!id.empty()) continue;
              for (auto& item : list.imports.back().items) item.output.clear();
            }
            promise.deliver(std::move(list));
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

template <class M>
caf::result<EcsImportView> EcsImports::pass_on(const M& m) {
  auto promise = self_->make_response_promise<EcsImportView>();
  const auto send = [this, m, promise](const caf::actor& import) {
    self_->request(import, caf::infinite, m)
        .then(
            [this, promise](const EcsImportView& view) mutable {
              running_.insert(view.id);
              promise.deliver(view);
            },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  };
  if (auto import = imports_.find(m.id)) {
    send(import);
    return promise;
  }
  self_
      ->request(options_.environment.store, caf::infinite,
                Transact{[id = m.id](Database& database) {
                  LoadedImports loaded;
                  if (auto stored = EcsImportTable{database}.find(id)) {
                    loaded.imports.push_back(std::move(*stored));
                  }
                  return caf::make_message(std::move(loaded));
                }})
      .then(
          [this, send, promise, id = m.id](const LoadedImports& loaded) mutable {
            if (loaded.imports.empty())
              return (void)promise.deliver(to_caf(unknown_import(id).value()));
            starting_[id] = loaded.imports.front();
            auto import = imports_.find_or_start(id);
            starting_.erase(id);
            if (!import) return (void)promise.deliver(to_caf(import.error()));
            send(*import);
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

template caf::result<EcsImportView> EcsImports::pass_on(const CancelEcsImport& m);
template caf::result<EcsImportView> EcsImports::pass_on(const RetryEcsImport& m);

}  // namespace ferry
