// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One registered source server: what it is made of, what stands against migrating it,
// whether its agent is there, and which job uses it (smc-api 2.1). Available and InUse
// follow from the jobs, findings from the inventory, so only identity and inventory are stored.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "config/cluster_config.hpp"
#include "messages/catalogue.hpp"
#include "storage/enrolment.hpp"
#include "transport/bridge.hpp"

namespace ferry {

/// Takes the server for a job; fails with source_wrong_state while another has it.
/// Idempotent per job.
struct ClaimSource {
  std::string source;
  std::string job;
  FERRY_MESSAGE("source.claim", source, job)
};
/// Gives it back; harmless if the job doesn't have it.
struct UnclaimSource {
  std::string source;
  std::string job;
  FERRY_MESSAGE("source.unclaim", source, job)
};
/// From the actor of all jobs as it starts: takes back what other jobs have. One that died
/// between a claim and its job has left it to nobody.
struct KeepClaims {
  using local_message = void;
  std::vector<std::string> jobs;
  std::vector<std::string> sources;  // that these jobs have
};
/// From the actor of all servers: what users call this one, or that it goes.
struct RenewSource {
  using local_message = void;
  StoredSource stored;
};
/// It is forgotten, durably.
struct ForgetSource {
  using local_message = void;
};
/// Answers Claimed: the view of one server as a message.
struct SourceState {
  SourceView view;
  std::string public_key;
  FERRY_MESSAGE("source.state", view, public_key)
};
struct GetSource {
  std::string source;
  FERRY_MESSAGE("source.get", source)
};

class SourceServer {
 public:
  static constexpr const char* actor_name = "source_server";

  /// `bridge` leads to its agent.
  SourceServer(caf::event_based_actor* self, caf::actor store, Bridge* bridge, StoredSource stored,
               LimitsConfig product_limits, std::string job);
  caf::behavior make_behavior();

 private:
  caf::result<Welcome> hello(const Hello& m);
  caf::result<Done> report_inventory(const ReportInventory& m);
  caf::result<SourceList> refresh();
  void on_refreshed(const Result<>& outcome);
  void take(Inventory inventory, std::function<void(const Result<>&)> then);
  caf::result<SourceState> claim(const ClaimSource& m);
  [[nodiscard]] SourceState state() const;
  [[nodiscard]] bool online() const;

  caf::event_based_actor* self_;
  caf::actor store_;
  Bridge* bridge_;
  StoredSource stored_;
  LimitsConfig limits_;
  Inventory inventory_;
  std::string job_;  // that claimed it
  std::string agent_version_;
  std::string incarnation_;        // of the agent that sent the inventory
  std::int64_t last_seen_ms_ = 0;  // wall clock, for people
  std::int64_t seen_ms_ = 0;       // the same moment by a clock that never jumps
  std::vector<caf::typed_response_promise<SourceList>> refreshing_;  // who wait for one report
};

[[nodiscard]] Error unknown_source(const std::string& id);

/// The pre-flight of this inventory under the cluster's limits.
[[nodiscard]] std::vector<Finding> findings_of(const Inventory& inventory,
                                               const LimitsConfig& product_limits);

}  // namespace ferry
