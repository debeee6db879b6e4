// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/source_server.hpp"

#include <algorithm>
#include <utility>

#include "actors/controller/job_excludes.hpp"
#include "actors/controller/job_layout.hpp"
#include "actors/controller/store.hpp"
#include "actors/controller/user_words.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "disk/preflight.hpp"

namespace ferry {

std::vector<Finding> findings_of(const Inventory& inventory, const LimitsConfig& product_limits) {
  PreflightLimits bounds;
  bounds.data_disks_max = product_limits.data_disks_max;
  bounds.data_disk_bytes_min = product_limits.data_disk_min_bytes;
  bounds.data_disk_bytes_max = product_limits.data_disk_max_bytes;
  bounds.system_disk_bytes_min = product_limits.system_disk_min_bytes;
  bounds.system_disk_bytes_max = product_limits.system_disk_max_bytes;
  bounds.image_bytes_max = product_limits.image_max_bytes;
  return preflight(inventory, bounds);
}

Error unknown_source(const std::string& id) {
  return {Errc::not_found, "there is no source server " + id, "see 'edgeferry source list'"};
}

SourceServer::SourceServer(caf::event_based_actor* self, caf::actor store, Bridge* bridge,
                           StoredSource stored, LimitsConfig product_limits, std::string job)
    : self_(self),
      store_(std::move(store)),
      bridge_(bridge),
      stored_(std::move(stored)),
      limits_(product_limits),
      job_(std::move(job)) {
  // An inventory of a version that can't be read any more is simply reported again.
  if (auto inventory = decode_body<Inventory>(stored_.inventory)) inventory_ = *inventory;
}

caf::behavior SourceServer::make_behavior() {
  return {[this](const Hello& m) { return hello(m); },
          [this](const ReportInventory& m) { return report_inventory(m); },
          [this](const RefreshSource&) { return refresh(); },
          [this](const ClaimSource& m) { return claim(m); },
          [this](const UnclaimSource& m) {
            if (job_ == m.job) job_.clear();
            return Done{};
          },
          [this](const GetSource&) { return state(); },
          [this](const RenewSource& m) {
            stored_.name = m.stored.name;
            stored_.description = m.stored.description;
            stored_.tags = m.stored.tags;
            stored_.deleting = m.stored.deleting;
            stored_.resource_group = m.stored.resource_group;
          },
          [this](const ForgetSource&) { self_->quit(); },
          [this](const PlanLayout& m) {
            auto plan = plan_layout(inventory_, m.wish, layout_limits(limits_));
            add_excludes(plan, m.excludes);
            return plan;
          }};
}

caf::result<Welcome> SourceServer::hello(const Hello& m) {
  last_seen_ms_ = wall_ms();
  seen_ms_ = steady_ms();
  const auto interval = std::chrono::milliseconds{limits::heartbeat_interval}.count();
  const bool wanted = incarnation_ != m.incarnation;
  incarnation_ = m.incarnation;
  agent_version_ = m.version;
  return Welcome{program_version, static_cast<std::uint32_t>(interval), wanted};
}

caf::result<Done> SourceServer::report_inventory(const ReportInventory& m) {
  auto promise = self_->make_response_promise<Done>();
  take(m.inventory, [promise](const Result<>& kept) mutable {
    if (kept) {
      promise.deliver(Done{});
    } else {
      promise.deliver(to_caf(kept.error()));
    }
  });
  return promise;
}

/// One look answers all who ask while it is taken.
caf::result<SourceList> SourceServer::refresh() {
  if (!online()) {
    const auto last = last_seen_ms_ == 0 ? "not seen since the controller started"
                                         : "last seen at " + utc_text(last_seen_ms_);
    return to_caf({Errc::source_offline, "the agent of " + stored_.id + " is away, " + last, {}});
  }
  auto promise = self_->make_response_promise<SourceList>();
  refreshing_.push_back(promise);
  if (refreshing_.size() > 1) return promise;
  self_->request(bridge_->remote(stored_.id, "inventory"), limits::fresh_report_wait, LookAgain{})
      .then(
          [this](const ReportInventory& m) {
            take(m.inventory, [this](const Result<>& kept) { on_refreshed(kept); });
          },
          [this](caf::error& error) { on_refreshed(fail(from_caf(error))); });
  return promise;
}

void SourceServer::on_refreshed(const Result<>& outcome) {
  for (auto& promise : std::exchange(refreshing_, {})) {
    if (outcome) {
      promise.deliver(SourceList{{state().view}});
    } else {
      promise.deliver(to_caf(outcome.error()));
    }
  }
}

/// Calls `then` once it is durable.
void SourceServer::take(Inventory inventory, std::function<void(const Result<>&)> then) {
  inventory_ = std::move(inventory);
  inventory_.reported_ms = wall_ms();
  stored_.inventory = to_msgpack(inventory_);
  self_
      ->request(store_, caf::infinite,
                Transact{[id = stored_.id, bytes = stored_.inventory](Database& database) {
                  Enrolment{database}.update_inventory(id, bytes);
                  return caf::make_message(Done{});
                }})
      .then([then](const Done&) { then({}); },
            [then](caf::error& error) { then(fail(from_caf(error))); });
}

caf::result<SourceState> SourceServer::claim(const ClaimSource& m) {
  if (!job_.empty() && job_ != m.job) {
    return to_caf({Errc::source_wrong_state,
                   "The specified source server status: InUse is invalid. This operation can only "
                   "be performed in the following status: Available.",
                   "finish or cancel job " + job_ + " of source server " + stored_.id + " first"});
  }
  job_ = m.job;
  return state();
}

bool SourceServer::online() const {
  return last_seen_ms_ != 0 && steady_ms() - seen_ms_ < ms_of(limits::heartbeat_timeout);
}

SourceState SourceServer::state() const {
  SourceView view;
  view.id = stored_.id;
  view.job = job_;
  view.created_ms = stored_.created_ms;
  view.last_seen_ms = last_seen_ms_;
  view.inventory = inventory_;
  view.findings = findings_of(inventory_, limits_);
  view.name = stored_.name;
  view.description = stored_.description;
  view.tags = unpacked_tags(stored_.tags);
  view.agent_version = agent_version_;
  view.resource_group = stored_.resource_group;
  view.warnings = static_cast<std::uint32_t>(
      std::ranges::count(view.findings, std::string{"warning"}, &Finding::level));
  if (stored_.deleting) {
    view.state = "Deleting";
  } else if (!online()) {
    view.state = "Unavailable";
    view.error_code = "SourceServer.Offline";
  } else {
    view.state = job_.empty() ? "Available" : "InUse";
  }
  return {view, stored_.public_key};
}

}  // namespace ferry
