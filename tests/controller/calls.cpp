// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/controller/calls.hpp"

#include "base/random.hpp"

namespace ferry::test {

void keep_ledger(Journal& journal, const std::string& id, const std::vector<JobEvent>& events) {
  std::string import;
  for (const auto& event : events) {
    if (const auto* e = std::get_if<InstanceIntended>(&event)) {
      journal.intend(e->token, id, "instance");
    } else if (const auto* x = std::get_if<ExportIntended>(&event)) {
      journal.intend(x->token, id, "export");
    } else if (const auto* m = std::get_if<ImportIntended>(&event)) {
      journal.intend(import = m->token, id, "import");
    } else if (const auto* r = std::get_if<ResourceReleased>(&event)) {
      journal.released(r->token);
    } else if (std::holds_alternative<ImageImported>(event)) {
      journal.released(import);
    }
  }
}

std::string add_job(Office& office, const std::string& source, std::vector<JobEvent> events) {
  const auto id = random_id("j");
  for (auto& event : events) {
    if (auto* made = std::get_if<JobCreated>(&event)) made->settings.source = source;
    if (auto* modified = std::get_if<JobModified>(&event)) modified->settings.source = source;
  }
  office.with_database([&](Database& database) {
    Journal journal{database};
    Transaction transaction{database};
    journal.create_job(id, id);
    for (const auto& event : stored(events)) journal.append(id, event);
    keep_ledger(journal, id, events);
    transaction.commit();
    return 0;
  });
  return id;
}

std::vector<JobEvent> first_of_life(long count) {
  auto events = long_life();
  return {events.begin(), events.begin() + count};
}

std::vector<JobEvent> first_of_incremental_life(long count) {
  auto events = long_incremental_life();
  return {events.begin(), events.begin() + count};
}

std::string status_words(const std::string& is, const std::string& allowed) {
  return "The specified replication job status: " + is +
         " is invalid. This operation can only be performed in the following status: " + allowed +
         ".";
}

ModifyJob transfer_change(const std::string& job) {
  ModifyJob change;
  change.job = job;
  return change;
}

ModifyJob name_change(const std::string& job, const std::string& name) {
  ModifyJob change;
  change.job = job;
  change.keep_transfer = true;
  change.name = name;
  return change;
}

}  // namespace ferry::test
