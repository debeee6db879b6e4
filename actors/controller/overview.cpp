// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/overview.hpp"

#include "actors/controller/gather.hpp"
#include "actors/controller/store.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "metrics/counted.hpp"
#include "storage/cluster_log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t cluster_events_per_answer = 1000;

struct LookAtOwnTree {
  bool now = true;
  FERRY_MESSAGE("overview.look_at_own_tree", now)
};

}  // namespace

void log_failures(Database& database, const std::string& node,
                  const std::vector<ActorFailure>& failures) {
  ClusterLog log{database};
  for (const auto& failure : failures) {
    log.append({0, failure.at_ms, "actor_failed", node + "/" + failure.path, failure.why});
  }
}

Overview::Overview(caf::event_based_actor* self, OverviewOptions options)
    : self_(self), options_(std::move(options)) {}

caf::behavior Overview::make_behavior() {
  log_own_failures();
  return {[this](const GetClusterTree&) { return tree(); },
          [this](const ListClusterEvents& m) { return events(m); },
          [this](const BackUpDatabase& m) { return back_up(m); },
          [this](const LookAtOwnTree&) { log_own_failures(); }};
}

/// The controller has no heartbeat that would tell of its own actors.
void Overview::log_own_failures() {
  self_->delayed_send(self_, limits::heartbeat_interval, LookAtOwnTree{});
  const auto failures = options_.tree->untold_failures();
  if (failures.empty()) return;
  self_
      ->request(options_.store, caf::infinite, Transact{[failures](Database& database) {
                  log_failures(database, "controller", failures);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, last = failures.back().seq, count = failures.size()](const Done&) {
            options_.tree->told(last);
            counted::actor_failures("controller", count);
          },
          [](caf::error& error) {
            log::error("failures can't be logged", {{"why", to_string(from_caf(error))}});
          });
}

caf::result<ClusterTree> Overview::tree() {
  auto promise = self_->make_response_promise<ClusterTree>();
  auto own = options_.tree->list();
  own.node = own.role = "controller";
  self_->request(options_.nodes, 2s, ListNodes{"", true})
      .then(
          [this, promise, own](const NodeList& list) mutable {
            std::map<std::string, caf::actor> trees;
            for (const auto& node : list.nodes) {
              trees[node.node] = options_.bridge->remote(node.node, "tree");
            }
            gather<NodeTree>(self_, trees, GetTree{},
                             [promise, own](std::vector<NodeTree> others) mutable {
                               ClusterTree all{{std::move(own)}};
                               for (auto& other : others) all.nodes.push_back(std::move(other));
                               promise.deliver(std::move(all));
                             });
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<ClusterEventList> Overview::events(const ListClusterEvents& m) {
  auto promise = self_->make_response_promise<ClusterEventList>();
  self_
      ->request(
          options_.store, caf::infinite, Transact{[m](Database& database) {
            ClusterEventList list;
            for (auto& event : ClusterLog{database}.after(m.after_seq, cluster_events_per_answer)) {
              list.events.push_back({event.seq, event.at_ms, std::move(event.kind),
                                     std::move(event.subject), std::move(event.text)});
            }
            return caf::make_message(std::move(list));
          }})
      .then([promise](ClusterEventList& list) mutable { promise.deliver(std::move(list)); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<DatabaseBackedUp> Overview::back_up(const BackUpDatabase& m) {
  if (!m.file.starts_with('/')) {
    return to_caf({Errc::invalid_argument, "'" + m.file + "' is no absolute path",
                   "name a new file on the controller's host"});
  }
  self_->delegate(options_.store, CopyDatabase{m.file});
  return caf::delegated<DatabaseBackedUp>{};
}

}  // namespace ferry
