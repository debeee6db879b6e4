// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/source_watch.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "storage/cluster_log.hpp"
#include "storage/enrolment.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr const char* away_kind = "source_offline";
constexpr const char* back_kind = "source_online";

struct WatchNow {
  bool now = true;
  FERRY_MESSAGE("source_watch.watch_now", now)
};
struct SourceIds {
  using local_message = void;
  std::set<std::string> ids;
};

std::string words_of(const SourceView& source) {
  const auto& name = source.name.empty() ? source.inventory.hostname : source.name;
  auto words =
      "the agent of source server " + (name.empty() ? source.id : name + " (" + source.id + ")");
  return escaped(words);
}

/// Unless that is what the log says already.
void log_change(Database& database, const LoggedEvent& event) {
  ClusterLog log{database};
  const bool was_away = log.last_told(away_kind, back_kind).contains(event.subject);
  if (was_away != (event.kind == away_kind)) log.append(event);
}

}  // namespace

SourceWatch::SourceWatch(caf::event_based_actor* self, SourceWatchOptions options)
    : self_(self), options_(std::move(options)), started_ms_(steady_ms()) {}

caf::behavior SourceWatch::make_behavior() {
  load();
  self_->delayed_send(self_, options_.period, WatchNow{});
  return {[this](const WatchNow&) { look(); }};
}

/// Before the first look: who was away when the controller ended.
void SourceWatch::load() {
  self_
      ->request(options_.store, caf::infinite, Transact{[](Database& database) {
                  return caf::make_message(
                      SourceIds{ClusterLog{database}.last_told(away_kind, back_kind)});
                }})
      .await([this](const SourceIds& away) { away_ = away.ids; },
             [this](caf::error& error) { self_->quit(std::move(error)); });
}

void SourceWatch::look() {
  self_->delayed_send(self_, options_.period, WatchNow{});
  self_->request(options_.nodes, 3s, ListNodes{"agent", false})
      .then([this](const NodeList& nodes) { compare(nodes); },
            [](caf::error&) {});  // the next look comes
}

void SourceWatch::compare(const NodeList& nodes) {
  for (const auto& node : nodes.nodes) {
    if (node.silent_ms >= options_.absence.count()) {
      on_absent(node.node, node.last_seen_ms);
    } else if (node.silent_ms < ms_of(limits::heartbeat_timeout)) {
      on_back(node.node);
    }
  }
  if (!roll_called_ && steady_ms() - started_ms_ >= options_.absence.count()) call_roll(nodes);
}

/// Nodes that were silent since the controller started aren't in its list.
void SourceWatch::call_roll(const NodeList& nodes) {
  roll_called_ = true;
  self_
      ->request(options_.store, caf::infinite, Transact{[](Database& database) {
                  SourceIds all;
                  for (const auto& source : Enrolment{database}.sources()) {
                    if (!source.deleting) all.ids.insert(source.id);
                  }
                  return caf::make_message(std::move(all));
                }})
      .then(
          [this, nodes](const SourceIds& all) {
            for (const auto& id : all.ids) {
              const auto heard = std::ranges::find(nodes.nodes, id, &NodeView::node);
              if (heard == nodes.nodes.end()) on_absent(id, 0);
            }
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void SourceWatch::on_absent(const std::string& source, std::int64_t seen_ms) {
  if (!away_.insert(source).second) return;
  tell(source, away_kind,
       seen_ms != 0 ? "is away, last seen at " + utc_text(seen_ms)
                    : "is away, and was not seen since the controller started");
}

void SourceWatch::on_back(const std::string& source) {
  if (away_.erase(source) > 0) tell(source, back_kind, "is back");
}

/// What can't be told ends this actor, which looks again from what the log says.
void SourceWatch::tell(const std::string& source, const std::string& kind,
                       const std::string& what) {
  self_->request(options_.sources, 5s, ListSources{source})
      .then(
          [this, source, kind, what](const SourceList& list) {
            const auto& view = list.sources.at(0);
            const auto job = view.job.empty() ? "" : "; job " + view.job;
            const LoggedEvent event{
                0, wall_ms(), kind, source, words_of(view) + " " + what + job, view.job};
            self_
                ->request(options_.store, caf::infinite, Transact{[event](Database& database) {
                            log_change(database, event);
                            return caf::make_message(Done{});
                          }})
                .then([](const Done&) {},
                      [this](caf::error& error) { self_->quit(std::move(error)); });
          },
          [this, source](caf::error& error) {
            // Deleted meanwhile, or busy: then the next look tells it.
            log::debug("a source server can't be asked",
                       {{"source", source}, {"why", to_string(from_caf(error))}});
            load();
          });
}

}  // namespace ferry
