// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/audit_log.hpp"

#include <algorithm>

#include "actors/controller/operator_changes.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "metrics/counted.hpp"
#include "storage/audit_table.hpp"

namespace ferry {
namespace {

/// Fit to be read on a terminal, and no longer than an entry's texts may be.
std::string bounded(std::string text) {
  if (text.size() > limits::audit_text_bytes_max) text.resize(limits::audit_text_bytes_max);
  return escaped(text);
}

AuditEntry view_of(const StoredAudit& s) {
  return {s.seq, s.at_ms, s.who, s.role, s.client, s.action, s.subject, s.outcome, s.ended_ms};
}

}  // namespace

AuditLog::AuditLog(caf::event_based_actor* self, caf::actor store)
    : self_(self), store_(std::move(store)) {}

caf::behavior AuditLog::make_behavior() {
  return {[this](const BeginAudit& m) { return begin(m); },
          [this](const EndAudit& m) { return end(m); },
          [this](const ListAudit& m) { return list(m); },
          [this](const WitnessedRequest& m) { witness(m); }};
}

Transact AuditLog::beginning(const AuditEntry& e) {
  const StoredAudit stored{0,
                           wall_ms(),
                           bounded(e.who),
                           bounded(e.role),
                           bounded(e.from),
                           bounded(e.action),
                           bounded(e.subject),
                           {},
                           0};
  return Transact{[stored](Database& database) {
    return caf::make_message(AuditBegun{AuditTable{database}.begin(stored)});
  }};
}

caf::result<AuditBegun> AuditLog::begin(const BeginAudit& m) {
  self_->delegate(store_, beginning(m.entry));
  return caf::delegated<AuditBegun>{};
}

/// What an operator asks for is done once it is written down. Whoever has the operator's key is
/// root on the controller's host, or was given it by root.
void AuditLog::witness(const WitnessedRequest& m) {
  auto change = tell_change(m.type, m.message);
  AuditEntry entry;
  entry.who = "root";
  entry.role = "admin";
  entry.from = "command line";
  entry.action = std::move(change.action);
  entry.subject = std::move(change.subject);
  self_->request(store_, caf::infinite, beginning(entry))
      .then(
          [this, m](const AuditBegun& begun) {
            const auto log = caf::actor_cast<caf::actor>(self_);
            m.pass_on([log, seq = begun.seq](const Result<>& outcome) {
              counted::audited_change(outcome.has_value());
              caf::anon_send(log, EndAudit{seq, outcome ? "done"
                                                        : code_text(outcome.error().code) + " " +
                                                              outcome.error().what});
            });
          },
          [m](const caf::error& error) { m.refuse(from_caf(error)); });
}

caf::result<Done> AuditLog::end(const EndAudit& m) {
  self_->delegate(store_, Transact{[seq = m.seq, outcome = bounded(m.outcome),
                                    now_ms = wall_ms()](Database& database) {
                    AuditTable{database}.end(seq, outcome, now_ms);
                    return caf::make_message(Done{});
                  }});
  return caf::delegated<Done>{};
}

caf::result<AuditList> AuditLog::list(const ListAudit& m) {
  const auto count = std::min<std::size_t>(m.limit, limits::audit_listed_max);
  self_->delegate(store_, Transact{[before = m.before_seq, count](Database& database) {
                    AuditList list;
                    for (const auto& entry : AuditTable{database}.before(before, count)) {
                      list.entries.push_back(view_of(entry));
                    }
                    return caf::make_message(std::move(list));
                  }});
  return caf::delegated<AuditList>{};
}

}  // namespace ferry
