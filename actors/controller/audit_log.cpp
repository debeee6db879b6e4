// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/audit_log.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "storage/audit_table.hpp"

namespace ferry {
namespace {

/// Fit to be read on a terminal, and no longer than an entry's texts may be.
std::string told(std::string text) {
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
          [this](const ListAudit& m) { return list(m); }};
}

caf::result<AuditBegun> AuditLog::begin(const BeginAudit& m) {
  const auto& e = m.entry;
  const StoredAudit stored{
      0,  wall_ms(), told(e.who), told(e.role), told(e.from), told(e.action), told(e.subject),
      {}, 0};
  self_->delegate(store_, Transact{[stored](Database& database) {
                    return caf::make_message(AuditBegun{AuditTable{database}.begin(stored)});
                  }});
  return caf::delegated<AuditBegun>{};
}

caf::result<Done> AuditLog::end(const EndAudit& m) {
  self_->delegate(store_, Transact{[seq = m.seq, outcome = told(m.outcome),
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
