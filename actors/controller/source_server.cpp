// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/source_server.hpp"

#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/version.hpp"
#include "disk/eligibility.hpp"
#include "layout/plan.hpp"

namespace ferry {
namespace {

LayoutLimits layout_limits(const LimitsConfig& limits) {
  return {limits.system_disk_min_bytes, limits.system_disk_max_bytes, limits.data_disk_min_bytes,
          limits.data_disk_max_bytes};
}

}  // namespace

std::vector<Error> eligibility_errors(const Inventory& inventory,
                                      const LimitsConfig& product_limits) {
  EligibilityLimits bounds;
  bounds.data_disks_max = product_limits.data_disks_max;
  bounds.data_disk_bytes_max = product_limits.data_disk_max_bytes;
  bounds.system_disk_bytes_max = product_limits.system_disk_max_bytes;
  return check_ens_eligibility(inventory, bounds);
}

SourceServer::SourceServer(caf::event_based_actor* self, caf::actor store, StoredSource stored,
                           LimitsConfig product_limits, std::string job)
    : self_(self),
      store_(std::move(store)),
      stored_(std::move(stored)),
      limits_(product_limits),
      job_(std::move(job)) {
  // An inventory of a version that can't be read any more is simply reported again.
  if (auto inventory = decode_body<Inventory>(stored_.inventory)) inventory_ = *inventory;
}

caf::behavior SourceServer::make_behavior() {
  return {[this](const Hello& m) { return hello(m); },
          [this](const ReportInventory& m) { return report_inventory(m); },
          [this](const ClaimSource& m) { return claim(m); },
          [this](const UnclaimSource& m) {
            if (job_ == m.job) job_.clear();
            return Done{};
          },
          [this](const GetSource&) { return state(); },
          [this](const PlanLayout& m) {
            return plan_layout(inventory_, m.wish, layout_limits(limits_));
          }};
}

caf::result<Welcome> SourceServer::hello(const Hello& m) {
  last_seen_ms_ = wall_ms();
  seen_ms_ = steady_ms();
  const auto interval = std::chrono::milliseconds{limits::heartbeat_interval}.count();
  const bool wanted = incarnation_ != m.incarnation;
  incarnation_ = m.incarnation;
  return Welcome{program_version, static_cast<std::uint32_t>(interval), wanted};
}

caf::result<Done> SourceServer::report_inventory(const ReportInventory& m) {
  inventory_ = m.inventory;
  auto bytes = to_msgpack(m.inventory);
  if (bytes == stored_.inventory) return Done{};
  stored_.inventory = bytes;
  auto promise = self_->make_response_promise<Done>();
  self_
      ->request(store_, caf::infinite, Transact{[id = stored_.id, bytes](Database& database) {
                  Enrolment{database}.update_inventory(id, bytes);
                  return caf::make_message(Done{});
                }})
      .then([promise](const Done& done) mutable { promise.deliver(done); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<SourceState> SourceServer::claim(const ClaimSource& m) {
  if (!job_.empty() && job_ != m.job) {
    return to_caf({Errc::source_wrong_state,
                   "source server " + stored_.id + " is InUse by the unfinished job " + job_,
                   "finish or cancel that job first"});
  }
  job_ = m.job;
  return state();
}

bool SourceServer::online() const {
  const auto timeout_ms = std::chrono::milliseconds{limits::heartbeat_timeout}.count();
  return last_seen_ms_ != 0 && steady_ms() - seen_ms_ < timeout_ms;
}

SourceState SourceServer::state() const {
  SourceView view;
  view.id = stored_.id;
  view.job = job_;
  view.created_ms = stored_.created_ms;
  view.last_seen_ms = last_seen_ms_;
  view.inventory = inventory_;
  for (const auto& error : eligibility_errors(inventory_, limits_)) {
    view.findings.push_back(
        {static_cast<std::uint16_t>(error.code), error.what, std::string{remedy(error)}});
  }
  if (!online()) {
    view.state = "Unavailable";
    view.error_code = "SourceServer.Offline";
  } else {
    view.state = job_.empty() ? "Available" : "InUse";
  }
  return {view, stored_.public_key};
}

}  // namespace ferry
