// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/janitor.hpp"

#include <algorithm>

#include "actors/controller/job_costs.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "metrics/counted.hpp"
#include "storage/cluster_log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

struct SweepNow {
  bool now = true;
  FERRY_MESSAGE("janitor.sweep_now", now)
};

std::string sentence(const ResourceView& resource, std::string_view what) {
  std::string text = resource.kind + " " + (resource.name.empty() ? resource.token : resource.name);
  text += " on " + resource.node + " " + std::string{what};
  if (!resource.job.empty()) text += "; job " + resource.job;
  if (resource.bytes > 0) text += "; " + human_bytes(resource.bytes);
  return text;
}

/// Every finding is told each time, so that what was found once goes back to 0.
void count(const std::vector<ResourceView>& found) {
  std::map<std::string, std::size_t> counts{{finding::in_use, 0}, {finding::kept, 0},
                                            {finding::leaked, 0}, {finding::missing, 0},
                                            {finding::gone, 0},   {finding::unknown, 0}};
  for (const auto& resource : found) {
    if (resource.parent.empty()) ++counts[resource.finding];
  }
  counted::resources_found(counts, wall_ms());
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
      {},
      [this](const ResourceLook::Seen& seen) {
        const auto found = check_resources(seen.look);
        count(found);
        for (const auto& resource : found) treat(resource);
      },
      [](const caf::error& error) {
        log::warning("the janitor could not look", {{"why", to_string(from_caf(error))}});
      });
}

void Janitor::look(LookOptions options, ResourceLook::Then then, ResourceLook::Failed failed) {
  ResourceLook::begin(self_, {options_.bridge, options_.store, options_.nodes}, std::move(options),
                      std::move(then), std::move(failed));
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
  const RemoveFound request{resource.kind, resource.name, resource.bucket};
  crash_point("janitor: a leak is found, not removed");
  self_->request(options_.bridge->remote(resource.node, "inventory"), 10s, request)
      .then(
          [then](const Done&) {
            crash_point("janitor: a leak is removed, not recorded");
            then({});
          },
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
  const LoggedEvent event{0, at_ms, kind, subject, sentence(resource, text), resource.job};
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
      {.with_closed = m.all},
      [this, promise, leaked_only = m.leaked_only](const ResourceLook::Seen& seen) mutable {
        ResourceList list{check_resources(seen.look), seen.silent_nodes, seen.shared_seen};
        if (leaked_only) {
          std::erase_if(list.resources,
                        [](const auto& resource) { return is_used(resource.finding); });
        }
        add_costs(list, options_.prices);
        promise.deliver(std::move(list));
      },
      [promise](caf::error error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

/// Removes what carries the token, one thing after the other; the first failure ends it,
/// and the same command goes on from there.
caf::result<Done> Janitor::release(const ReleaseResource& m) {
  auto promise = self_->make_response_promise<Done>();
  look(
      {.token = m.token},
      [this, promise, token = m.token](const ResourceLook::Seen& seen) mutable {
        auto found = check_resources(seen.look);
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
        std::erase_if(found, [](const auto& resource) { return !resource.parent.empty(); });
        if (found.empty()) {
          promise.deliver(Done{});
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
