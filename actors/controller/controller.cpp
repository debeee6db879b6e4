// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/controller.hpp"

#include <memory>

#include "actors/controller/access_keys.hpp"
#include "actors/controller/audit_log.hpp"
#include "actors/controller/diagnostics.hpp"
#include "actors/controller/ecs_imports.hpp"
#include "actors/controller/event_feed.hpp"
#include "actors/controller/install_commands.hpp"
#include "actors/controller/janitor.hpp"
#include "actors/controller/jobs.hpp"
#include "actors/controller/log_collector.hpp"
#include "actors/controller/nodes.hpp"
#include "actors/controller/notifications.hpp"
#include "actors/controller/operator_changes.hpp"
#include "actors/controller/overview.hpp"
#include "actors/controller/sessions.hpp"
#include "actors/controller/source_watch.hpp"
#include "actors/controller/sources.hpp"
#include "actors/controller/store.hpp"
#include "actors/controller/workgroups.hpp"
#include "actors/spawn.hpp"
#include "actors/supervisor.hpp"

namespace ferry {
namespace {

/// Handles of the children that run now; touched by the supervisor's starts only,
/// which hand them to the next child by value.
struct Children {
  caf::actor store;
  caf::actor sources;
  caf::actor nodes;
  caf::actor downloads;
  caf::actor janitor;
  caf::actor jobs;
  caf::actor log;
};

std::filesystem::path database_of(const ClusterConfig& config) {
  return std::filesystem::path{config.state} / "controller.db";
}

std::shared_ptr<const NotificationSender> sender_of(const ClusterConfig& config) {
  return std::make_shared<const NotificationSender>(
      SenderOptions{config.mail, config.webhook, config.console.url});
}

/// Without access keys there is nobody who could be given a bundle without their secrets.
void add_diagnostics(std::vector<ChildSpec>& specs, const std::shared_ptr<Children>& now,
                     const ControllerOptions& options) {
  auto* bridge = options.bridge;
  specs.push_back({"log", [now, bridge, kept = options.log](caf::event_based_actor* self) {
                     const std::string name{controller_log_name};
                     return now->log = spawn_log_keeper(*self, bridge, {name, name, kept});
                   }});
  specs.push_back({"log_collector", [now, bridge](caf::event_based_actor* self) {
                     return spawn_actor<LogCollector>(
                         *self, LogCollectorOptions{now->store, now->nodes, now->log, bridge});
                   }});
  specs.push_back({"diagnostics", [now, bridge, config = options.config,
                                   box = options.secret_box](caf::event_based_actor* self) {
                     auto diagnostics = spawn_actor<Diagnostics>(
                         *self,
                         DiagnosticsOptions{config, bridge, now->store, now->sources, now->nodes,
                                            now->janitor, now->jobs, now->log, box});
                     bridge->publish("diagnostics", diagnostics, {{Role::operator_}});
                     return diagnostics;
                   }});
}

}  // namespace

Result<> check_database(const ClusterConfig& config) {
  const auto file = database_of(config);
  const bool is_new =
      !std::filesystem::exists(file) && !std::filesystem::exists(Database::log_of(file));
  if (is_new) return {};
  try {
    Database{file}.check_pages();
    return {};
  } catch (const StorageFailure& failure) {
    return fail(failure.error());
  }
}

caf::actor spawn_controller(caf::actor_system& system, ControllerOptions options) {
  auto now = std::make_shared<Children>();
  auto* bridge = options.bridge;
  const auto* config = options.config;
  const Branch root;
  const auto database = database_of(*config);
  std::vector<ChildSpec> specs{
      {"store",
       [now, database](caf::event_based_actor* self) {
         return now->store = spawn_blocking<Store>(*self, database);
       }},
      {"sources",
       [now, bridge, config, key = options.server_public_key,
        branch = root.at("sources")](caf::event_based_actor* self) {
         now->sources = spawn_actor<Sources>(*self, now->store,
                                             SourcesOptions{bridge, key, config->limits, branch});
         bridge->publish("sources", now->sources,
                         {{Role::operator_},
                          {Role::agent, {ReportInventory::wire_name, RegisterSource::wire_name}},
                          {Role::unenrolled, {RegisterSource::wire_name}}});
         return now->sources;
       }},
      {"nodes",
       [now, bridge](caf::event_based_actor* self) {
         now->nodes = spawn_actor<Nodes>(*self, now->store, now->sources);
         bridge->publish("nodes", now->nodes,
                         {{Role::operator_, {ListNodes::wire_name}},
                          {Role::agent, {Hello::wire_name}},
                          {Role::transition, {Hello::wire_name}},
                          {Role::worker, {Hello::wire_name}}});
         return now->nodes;
       }},
      {"overview",
       [now, bridge, tree = root.tree()](caf::event_based_actor* self) {
         auto overview =
             spawn_actor<Overview>(*self, OverviewOptions{bridge, now->store, now->nodes, tree});
         bridge->publish("overview", overview, {{Role::operator_}});
         return overview;
       }},
      {"janitor",
       [now, bridge, config](caf::event_based_actor* self) {
         const std::chrono::seconds period{config->janitor.period_s};
         auto janitor = spawn_actor<Janitor>(
             *self, JanitorOptions{bridge, now->store, now->nodes, period, config->prices});
         bridge->publish("janitor", janitor, {{Role::operator_}});
         return now->janitor = janitor;
       }},
      {"jobs",
       [now, bridge, config, key = options.signing_key, server_key = options.server_public_key,
        branch = root.at("jobs")](caf::event_based_actor* self) {
         JobEnvironment environment{config, bridge, now->store, now->nodes, now->sources, branch};
         environment.signing_key = key;
         environment.server_public_key = server_key;
         auto jobs = spawn_actor<Jobs>(*self, environment);
         bridge->publish("jobs", jobs,
                         {{Role::operator_},
                          {Role::transition, {JoinMachine::wire_name}},
                          {Role::unenrolled, {JoinMachine::wire_name}}});
         return now->jobs = jobs;
       }},
      {"workgroups",
       [now, bridge](caf::event_based_actor* self) {
         auto workgroups = spawn_actor<Workgroups>(*self, now->store);
         bridge->publish("workgroups", workgroups, {{Role::operator_}});
         return workgroups;
       }},
  };
  specs.push_back({"feed", [now, bridge](caf::event_based_actor* self) {
                     auto feed = spawn_actor<EventFeed>(*self, now->store);
                     bridge->publish("feed", feed, {});
                     return feed;
                   }});
  specs.push_back(
      {"downloads", [now, bridge, offered = options.downloads](caf::event_based_actor* self) {
         now->downloads = spawn_blocking<InstallCommands>(*self, offered);
         bridge->publish("downloads", now->downloads, {{Role::operator_}});
         return now->downloads;
       }});
  if (options.secret_box != nullptr) {
    specs.push_back(
        {"access_keys", [now, bridge, box = options.secret_box](caf::event_based_actor* self) {
           auto keys = spawn_actor<AccessKeys>(*self, now->store, box);
           bridge->publish("access_keys", keys, {{Role::operator_}});
           return keys;
         }});
    specs.push_back({"sessions", [now, bridge](caf::event_based_actor* self) {
                       auto sessions = spawn_actor<Sessions>(*self, now->store);
                       bridge->publish("sessions", sessions, {});
                       return sessions;
                     }});
    specs.push_back({"audit", [now, bridge](caf::event_based_actor* self) {
                       auto audit = spawn_actor<AuditLog>(*self, now->store);
                       bridge->publish("audit", audit, {{Role::operator_, {ListAudit::wire_name}}});
                       bridge->publish(std::string{witness_path}, audit,
                                       {{Role::operator_, operator_changes()}});
                       return audit;
                     }});
    specs.push_back(
        {"ecs_imports", [now, bridge, box = options.secret_box, config,
                         branch = root.at("ecs_imports")](caf::event_based_actor* self) {
           const EcsImportEnvironment environment{
               now->store,
               now->nodes,
               now->sources,
               now->downloads,
               [bridge](const std::string& worker) { return bridge->remote(worker, "ecs"); },
               box};
           auto imports = spawn_actor<EcsImports>(
               *self, EcsImportsOptions{environment, ecs_account(*config), branch});
           bridge->publish("ecs_imports", imports, {{Role::operator_}});
           return imports;
         }});
    specs.push_back({"source_watch", [now](caf::event_based_actor* self) {
                       return spawn_actor<SourceWatch>(
                           *self, SourceWatchOptions{now->store, now->sources, now->nodes});
                     }});
    specs.push_back({"notifications", [now, bridge, box = options.secret_box, config,
                                       sender = sender_of(*config)](caf::event_based_actor* self) {
                       auto notifications = spawn_actor<Notifications>(
                           *self, NotificationsOptions{now->store, box, sender, config->name,
                                                       !config->mail.server.empty()});
                       bridge->publish("notifications", notifications, {{Role::operator_}});
                       return notifications;
                     }});
    add_diagnostics(specs, now, options);
  }
  return spawn_actor<Supervisor>(
      system, std::move(specs),
      SupervisorOptions{.strategy = Strategy::rest_for_one, .branch = root});
}

}  // namespace ferry
