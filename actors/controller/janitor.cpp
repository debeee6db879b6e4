// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/janitor.hpp"

#include <algorithm>
#include <set>

#include "actors/controller/gather.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "messages/job_events.hpp"
#include "storage/cluster_log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

struct SweepNow {
  bool now = true;
  FERRY_MESSAGE("janitor.sweep_now", now)
};

struct ReadLedger {
  using local_message = void;
  std::map<std::string, KnownResource> known;
  std::vector<StoredResource> closed;
};

KnownResource known_resource(Journal& journal, StoredResource row) {
  KnownResource known;
  known.job_ended = journal.happened(row.job, JobFinished::wire_name) ||
                    journal.happened(row.job, JobDeleted::wire_name);
  known.job_failed = journal.last(row.job, JobFailed::wire_name) >
                     std::max({journal.last(row.job, JobStarted::wire_name),
                               journal.last(row.job, JobExpired::wire_name),
                               journal.last(row.job, JobCanceled::wire_name)});
  known.delivered = journal.happened(row.job, ImageImported::wire_name);
  known.row = std::move(row);
  return known;
}

std::string sentence(const ResourceView& resource, std::string_view what) {
  std::string text = resource.kind + " " + (resource.name.empty() ? resource.token : resource.name);
  text += " on " + resource.node + " " + std::string{what};
  if (!resource.job.empty()) text += "; job " + resource.job;
  if (resource.bytes > 0) text += "; " + human_bytes(resource.bytes);
  return text;
}

bool matches(const ResourceView& resource, const std::string& token) {
  return resource.token == token || resource.name == token;
}

}  // namespace

Janitor::Janitor(caf::event_based_actor* self, JanitorOptions options)
    : self_(self), options_(std::move(options)) {}

caf::behavior Janitor::make_behavior() {
  self_->delayed_send(self_, options_.period, SweepNow{});
  return {[this](const SweepNow&) { sweep(); }, [this](const ListResources& m) { return list(m); },
          [this](const ReleaseResource& m) { return release(m); }};
}

void Janitor::sweep() {
  self_->delayed_send(self_, options_.period, SweepNow{});
  look(
      false,
      [this](const Outcome& outcome) {
        std::ranges::for_each(outcome.resources,
                              [this](const ResourceView& resource) { treat(resource); });
      },
      [](const caf::error& error) {
        log::warning("the janitor could not look", {{"why", to_string(from_caf(error))}});
      });
}

/// Asks every node that keeps resources, and only then reads the ledger: an intent that
/// is younger than its resource's discovery would make it look like nobody's.
void Janitor::look(bool with_closed, Then then, std::function<void(caf::error)> failed) {
  Look seen;
  seen.began_ms = wall_ms();
  self_->request(options_.nodes, 2s, ListNodes{})
      .then(
          [this, with_closed, seen, then = std::move(then), failed](const NodeList& list) {
            std::map<std::string, caf::actor> inventories;
            for (const auto& node : list.nodes) {
              if (node.role != "transition" && node.role != "worker") continue;
              inventories[node.node] = options_.bridge->remote(node.node, "inventory");
            }
            gather<NodeInventory>(
                self_, inventories, GetInventory{},
                [this, with_closed, seen, then, failed,
                 inventories](std::vector<NodeInventory> answers) mutable {
                  std::vector<std::string> silent;
                  for (const auto& asked : inventories) {
                    if (std::ranges::find(answers, asked.first, &NodeInventory::node) ==
                        answers.end()) {
                      silent.push_back(asked.first);
                    }
                  }
                  seen.nodes = std::move(answers);
                  read_ledger(with_closed, std::move(seen), std::move(silent), then, failed);
                });
          },
          [failed](caf::error& error) { failed(std::move(error)); });
}

void Janitor::read_ledger(bool with_closed, Look seen, std::vector<std::string> silent, Then then,
                          std::function<void(caf::error)> failed) {
  std::set<std::string> tokens;
  for (const auto& node : seen.nodes) {
    for (const auto& found : node.resources) tokens.insert(found.token);
  }
  auto work = [tokens, with_closed](Database& database) {
    Journal journal{database};
    ReadLedger ledger;
    if (with_closed) {
      ledger.closed = journal.closed_resources(limits::closed_resources_listed_max);
    }
    for (auto& row : journal.open_resources()) {
      const auto token = row.parent.empty() ? row.token : row.parent;
      if (!row.parent.empty()) {
        ledger.known[token].parts.push_back(std::move(row));
      } else {
        ledger.known.emplace(token, known_resource(journal, std::move(row)));
      }
    }
    for (const auto& token : tokens) {
      if (ledger.known.contains(token)) continue;
      auto row = journal.resource(token);
      if (row) ledger.known.emplace(token, known_resource(journal, std::move(*row)));
    }
    return caf::make_message(std::move(ledger));
  };
  self_->request(options_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [seen = std::move(seen), silent,
           then = std::move(then)](const ReadLedger& ledger) mutable {
            seen.ledger = ledger.known;
            seen.closed = ledger.closed;
            then({check_resources(seen), std::move(silent)});
          },
          [failed = std::move(failed)](caf::error& error) { failed(std::move(error)); });
}

/// What a look found wrong. Events carry the time since when it is so, which makes the
/// same finding of the next look the same event.
void Janitor::treat(const ResourceView& resource) {
  if (!resource.parent.empty()) return;  // its resource stands for it
  const auto done = [this, resource](const Result<>& result) {
    if (result) {
      // Given up once, and gone now after all.
      if (resource.state == to_string(ResourceState::abandoned)) {
        close_row(resource, [](const Result<>&) {});
      }
      return log_event("resource_removed", resource, wall_ms(), "was removed");
    }
    log::warning(
        "a leaked resource could not be removed and is tried again",
        {{"kind", resource.kind}, {"name", resource.name}, {"why", to_string(result.error())}});
  };
  if (resource.finding == finding::missing) {
    return log_event("resource_missing", resource, resource.since_ms,
                     "is gone, and nothing here removed it");
  }
  if (resource.finding == finding::gone) return close_row(resource, [](const Result<>&) {});
  if (resource.finding != finding::leaked || resource.name.empty()) return;
  log_event("resource_leaked", resource, resource.since_ms, "has leaked");
  remove(resource, done);
}

void Janitor::remove(const ResourceView& resource, std::function<void(Result<>)> then) {
  const RemoveFound request{resource.kind, resource.name};
  self_->request(options_.bridge->remote(resource.node, "inventory"), 10s, request)
      .then([then](const Done&) { then({}); },
            [then](const caf::error& error) { then(fail(from_caf(error))); });
}

void Janitor::close_row(const ResourceView& resource, std::function<void(Result<>)> then) {
  self_
      ->request(options_.store, caf::infinite,
                Transact{[token = resource.token](Database& database) {
                  Journal{database}.released(token);
                  return caf::make_message(Done{});
                }})
      .then([then](const Done&) { then({}); },
            [then](const caf::error& error) { then(fail(from_caf(error))); });
}

void Janitor::log_event(const std::string& kind, const ResourceView& resource, std::int64_t at_ms,
                        const std::string& text) {
  const auto subject = resource.name.empty() ? resource.token : resource.name;
  const LoggedEvent event{0, at_ms, kind, subject, sentence(resource, text)};
  self_
      ->request(options_.store, caf::infinite, Transact{[event](Database& database) {
                  ClusterLog{database}.append(event);
                  return caf::make_message(Done{});
                }})
      .then([](const Done&) {},
            [](const caf::error& error) {
              log::error("an event can't be logged", {{"why", to_string(from_caf(error))}});
            });
}

caf::result<ResourceList> Janitor::list(const ListResources& m) {
  auto promise = self_->make_response_promise<ResourceList>();
  look(
      m.all,
      [promise, leaked_only = m.leaked_only](Outcome outcome) mutable {
        if (leaked_only) {
          std::erase_if(outcome.resources,
                        [](const ResourceView& resource) { return is_used(resource.finding); });
        }
        promise.deliver(
            ResourceList{std::move(outcome.resources), std::move(outcome.silent_nodes)});
      },
      [promise](caf::error error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

/// Removes what carries the token, one thing after the other; the first failure ends it,
/// and the same command goes on from there.
caf::result<Done> Janitor::release(const ReleaseResource& m) {
  auto promise = self_->make_response_promise<Done>();
  look(
      false,
      [this, promise, token = m.token](Outcome outcome) mutable {
        auto& found = outcome.resources;
        std::erase_if(found, [&](const auto& resource) { return !matches(resource, token); });
        if (found.empty()) {
          promise.deliver(to_caf({Errc::not_found, "there is no temporary resource " + token,
                                  "see 'edgeferry resource list'"}));
          return;
        }
        const auto used = std::ranges::find_if(
            found, [](const ResourceView& resource) { return is_used(resource.finding); });
        if (used != found.end()) {
          promise.deliver(to_caf({Errc::invalid_argument,
                                  token + " is in use by the unfinished job " + used->job,
                                  "cancel the job: that releases all it holds"}));
          return;
        }
        auto left = std::make_shared<std::size_t>(found.size());
        for (const auto& resource : found) {
          const auto one_less = [promise, left](const Result<>& result) mutable {
            if (!result && promise.pending()) promise.deliver(to_caf(result.error()));
            if (--*left == 0 && promise.pending()) promise.deliver(Done{});
          };
          resource.name.empty() ? close_row(resource, one_less) : remove(resource, one_less);
        }
      },
      [promise](caf::error error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

}  // namespace ferry
