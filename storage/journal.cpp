// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/journal.hpp"

#include <array>

#include "base/clock.hpp"
#include "base/simulation.hpp"

namespace ferry {
namespace {

constexpr std::array<std::string_view, 5> state_names{"intended", "created", "releasing",
                                                      "released", "abandoned"};

ResourceState state_of(std::string_view name) {
  for (std::size_t i = 0; i < state_names.size(); ++i) {
    if (state_names[i] == name) return static_cast<ResourceState>(i);
  }
  throw StorageFailure{{Errc::storage_failed, "unknown resource state " + std::string{name}, {}}};
}

StoredResource resource_of(const Statement& row) {
  return {row.text(0), row.text(1),
          row.text(2), state_of(row.text(3)),
          row.text(4), row.integer(5),
          row.text(6), row.text(7),
          row.text(8), static_cast<std::uint64_t>(row.integer(9))};
}

}  // namespace

std::string_view to_string(ResourceState state) {
  return state_names[static_cast<std::size_t>(state)];
}

bool Journal::create_job(std::string_view id, std::string_view client_token) {
  Statement insert{database_,
                   "INSERT INTO job VALUES (?,?,?) ON CONFLICT(client_token) DO NOTHING"};
  return insert.bind(id, client_token, wall_ms()).run() == 1;
}

std::string Journal::job_of_token(std::string_view client_token) {
  Statement read{database_, "SELECT id FROM job WHERE client_token=?"};
  return read.bind(client_token).step() ? read.text(0) : std::string{};
}

std::vector<StoredJob> Journal::jobs() {
  std::vector<StoredJob> jobs;
  Statement read{database_, "SELECT id, client_token FROM job ORDER BY created_ms, id"};
  read.bind();
  while (read.step()) jobs.push_back({read.text(0), read.text(1)});
  return jobs;
}

void Journal::append(std::string_view job, const StoredEvent& event) {
  Statement insert{database_, "INSERT INTO event VALUES (?,?,?,?,?)"};
  insert.bind(job, event.seq, event.type, Blob{event.body}, event.at_ms).run();
}

std::vector<StoredEvent> Journal::events(std::string_view job, std::uint64_t after_seq,
                                         std::size_t count_max) {
  std::vector<StoredEvent> events;
  Statement read{
      database_,
      "SELECT seq, type, body, at_ms FROM event WHERE job=? AND seq>? ORDER BY seq LIMIT ?"};
  read.bind(job, after_seq, std::uint64_t{count_max});
  while (read.step()) {
    events.push_back(
        {static_cast<std::uint64_t>(read.integer(0)), read.text(1), read.text(2), read.integer(3)});
  }
  return events;
}

void Journal::intend(std::string_view token, std::string_view job, std::string_view kind,
                     std::string_view node, const std::vector<PartIntent>& parts) {
  if (!keeps(Protection::intent)) return;
  Statement insert{database_,
                   "INSERT INTO resource(token, job, kind, state, changed_ms, parent, name, node, "
                   "bytes) VALUES (?,?,?,'intended',?,?,?,?,?) ON CONFLICT DO NOTHING"};
  const auto now_ms = wall_ms();
  insert.bind(token, job, kind, now_ms, "", "", node, 0).run();
  for (const auto& part : parts) {
    const auto own = std::string{token} + "/" + part.id;
    insert.bind(own, job, part.kind, now_ms, token, part.name, node, part.bytes).run();
  }
}

bool Journal::created(std::string_view token, std::string_view provider_id) {
  Statement update{database_,
                   "UPDATE resource SET state='created', provider_id=?, changed_ms=? "
                   "WHERE token=? AND state IN ('intended','created')"};
  const auto now_ms = wall_ms();
  if (update.bind(provider_id, now_ms, token).run() != 1) return false;
  Statement parts{database_,
                  "UPDATE resource SET state='created', provider_id=?, changed_ms=? "
                  "WHERE parent=? AND state='intended'"};
  parts.bind(provider_id, now_ms, token).run();
  return true;
}

void Journal::releasing(std::string_view token) {
  Statement update{database_,
                   "UPDATE resource SET state='releasing', changed_ms=?1 "
                   "WHERE (token=?2 OR token=(SELECT parent FROM resource WHERE token=?2)) "
                   "AND state IN ('intended','created')"};
  update.bind(wall_ms(), token).run();
}

void Journal::released(std::string_view token) {
  Statement parts{database_,
                  "UPDATE resource SET state='released', changed_ms=? "
                  "WHERE parent=? AND state<>'released'"};
  parts.bind(wall_ms(), token).run();
  Statement update{database_, "UPDATE resource SET state='released', changed_ms=? WHERE token=?"};
  update.bind(wall_ms(), token).run();
}

void Journal::abandoned(std::string_view token) {
  Statement update{database_,
                   "UPDATE resource SET state='abandoned', changed_ms=?1 "
                   "WHERE (token=?2 OR parent=?2) AND state<>'released'"};
  update.bind(wall_ms(), token).run();
}

std::vector<StoredResource> Journal::open_resources(std::string_view job) {
  std::vector<StoredResource> resources;
  Statement read{database_,
                 "SELECT token, job, kind, state, provider_id, changed_ms, parent, name, node, "
                 "bytes FROM resource "
                 "WHERE state NOT IN ('released','abandoned') AND (?1='' OR job=?1) "
                 "ORDER BY rowid"};
  read.bind(job);
  while (read.step()) resources.push_back(resource_of(read));
  return resources;
}

std::vector<StoredResource> Journal::closed_resources(std::size_t count_max) {
  std::vector<StoredResource> resources;
  Statement read{database_,
                 "SELECT token, job, kind, state, provider_id, changed_ms, parent, name, node, "
                 "bytes FROM resource "
                 "WHERE state IN ('released','abandoned') AND parent='' "
                 "ORDER BY changed_ms DESC LIMIT ?"};
  read.bind(std::uint64_t{count_max});
  while (read.step()) resources.push_back(resource_of(read));
  return resources;
}

std::optional<StoredResource> Journal::resource(std::string_view token) {
  Statement read{database_,
                 "SELECT token, job, kind, state, provider_id, changed_ms, parent, name, node, "
                 "bytes FROM resource WHERE token=?"};
  if (!read.bind(token).step()) return std::nullopt;
  return resource_of(read);
}

bool Journal::happened(std::string_view job, std::string_view type) { return last(job, type) > 0; }

std::uint64_t Journal::last(std::string_view job, std::string_view type) {
  Statement read{database_,
                 "SELECT seq FROM event WHERE job=? AND type=? ORDER BY seq DESC LIMIT 1"};
  return read.bind(job, type).step() ? static_cast<std::uint64_t>(read.integer(0)) : 0;
}

}  // namespace ferry
