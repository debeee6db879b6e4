// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Keeps the audit log, and witnesses what operators ask over the command line: what is to be
// changed is written down durably before it is done, and what came of it afterwards. An entry
// without an outcome is of a change that a death cut short.
#pragma once

#include <caf/all.hpp>

#include "actors/controller/store.hpp"
#include "messages/audit.hpp"
#include "messages/link.hpp"
#include "transport/witness.hpp"

namespace ferry {

/// Answers AuditBegun, durably. Texts are cut to limits::audit_text_bytes_max.
struct BeginAudit {
  using local_message = void;
  AuditEntry entry;
};
struct AuditBegun {
  using local_message = void;
  std::uint64_t seq = 0;
};
/// Answers Done, durably.
struct EndAudit {
  using local_message = void;
  std::uint64_t seq = 0;
  std::string outcome;
};

class AuditLog {
 public:
  static constexpr const char* actor_name = "audit";

  AuditLog(caf::event_based_actor* self, caf::actor store);
  caf::behavior make_behavior();

 private:
  caf::result<AuditBegun> begin(const BeginAudit& m);
  caf::result<Done> end(const EndAudit& m);
  caf::result<AuditList> list(const ListAudit& m);
  void witness(const WitnessedRequest& m);
  [[nodiscard]] static Transact beginning(const AuditEntry& e);

  caf::event_based_actor* self_;
  caf::actor store_;
};

}  // namespace ferry
