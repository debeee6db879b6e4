// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which instances there are: a worker asks the cloud, and what is known of their imports is added.
#include <algorithm>

#include "actors/controller/ecs_imports.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "messages/machine.hpp"

namespace ferry {
namespace {

constexpr std::chrono::milliseconds look_period{200};

/// Which source server each instance has become, the newest, and which import has it now.
void mark(std::vector<EcsInstance>& instances, const std::vector<EcsImportView>& views,
          const SourceList& sources) {
  for (auto& instance : instances) {
    for (const auto& view : views) {  // newest first
      const auto item = std::ranges::find(view.items, instance.id, &EcsImportItem::instance);
      if (item == view.items.end()) continue;
      if (is_open(*item)) instance.import = view.id;
      const bool there = std::ranges::find(sources.sources, item->source, &SourceView::id) !=
                         sources.sources.end();
      if (item->state == "imported" && there && instance.source.empty()) {
        instance.source = item->source;
      }
    }
    if (!instance.import.empty()) {
      instance.obstacle = "it is being imported by " + instance.import;
    } else if (!instance.source.empty()) {
      instance.obstacle = "it is source server " + instance.source + " already";
    }
  }
}

}  // namespace

caf::result<EcsInstanceList> EcsImports::list_instances(const ListEcsInstances& m) {
  const auto region = region_of(m.region);
  if (!region) return to_caf(region.error());
  if (m.search.size() > limits::ecs_search_bytes_max) {
    return to_caf({Errc::invalid_argument, "the search is too long", {}});
  }
  if (looks_.size() >= limits::ecs_lists_at_once) {
    return to_caf({Errc::no_capacity, "too many ask the cloud for its instances already", {}});
  }
  const std::chrono::milliseconds most = limits::ecs_list_time;
  const auto look = random_id("look");
  const auto& now = looks_
                        .emplace(look, Look{{look, *region, m.search, {}},
                                            self_->make_response_promise<EcsInstanceList>(),
                                            steady_ms() + most.count()})
                        .first->second;
  ask_cloud(look);
  return now.promise;
}

void EcsImports::end_look(const std::string& look, const Error& error) {
  const auto found = looks_.find(look);
  if (found == looks_.end()) return;
  auto promise = std::move(found->second.promise);
  looks_.erase(found);
  promise.deliver(to_caf(error));
}

void EcsImports::ask_again(const std::string& look, const Error& why) {
  const auto found = looks_.find(look);
  if (found == looks_.end()) return;
  if (steady_ms() > found->second.deadline_ms) return end_look(look, why);
  self_->delayed_send(self_, look_period, AskCloud{look});
}

/// Until it has told all.
void EcsImports::ask_cloud(const std::string& look) {
  const auto failed = [this, look](caf::error& error) { ask_again(look, from_caf(error)); };
  self_
      ->request(options_.environment.nodes, options_.environment.answer_time,
                ListNodes{"worker", true})
      .then(
          [this, look, failed](const NodeList& list) {
            const auto now = looks_.find(look);
            const auto node = std::ranges::find_if_not(
                list.nodes, [](const NodeView& one) { return is_machine_node(one.node); });
            if (now == looks_.end()) return;
            if (node == list.nodes.end()) {
              return end_look(look, {Errc::no_capacity, "no worker is there to ask the cloud", {}});
            }
            self_
                ->request(options_.environment.at_worker(node->node),
                          options_.environment.answer_time, now->second.request)
                .then([this](const InstancesFound& found) { on_found(found); }, failed);
          },
          failed);
}

void EcsImports::on_found(const InstancesFound& found) {
  const auto& look = found.look;
  if (found.state == "running") {
    return ask_again(look, {Errc::timeout, "the cloud has not told its instances in time",
                            "try again, or search for less"});
  }
  if (found.state != "done") {
    return end_look(look, {static_cast<Errc>(found.error_code), found.error, found.fix});
  }
  self_->request(options_.environment.sources, options_.environment.answer_time, ListSources{})
      .then([this, found](const SourceList& sources) { tell(found, sources); },
            [this, look](caf::error& error) { end_look(look, from_caf(error)); });
}

void EcsImports::tell(const InstancesFound& found, const SourceList& sources) {
  self_
      ->request(options_.environment.store, caf::infinite, Transact{[](Database& database) {
                  return caf::make_message(LoadedImports{EcsImportTable{database}.all()});
                }})
      .then(
          [this, found, sources](const LoadedImports& loaded) {
            const auto waiting = looks_.find(found.look);
            if (waiting == looks_.end()) return;
            std::vector<EcsImportView> views;
            for (const auto& stored : loaded.imports) views.push_back(view_of(stored));
            EcsInstanceList list{waiting->second.request.region, found.instances, found.left_out};
            mark(list.instances, views, sources);
            auto promise = std::move(waiting->second.promise);
            looks_.erase(waiting);
            promise.deliver(std::move(list));
          },
          [this, look = found.look](caf::error& error) { end_look(look, from_caf(error)); });
}

}  // namespace ferry
