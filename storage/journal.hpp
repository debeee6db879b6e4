// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The durable memory of the controller: job histories and the ledger of temporary
// resources, changed together in one transaction. Rule of use: intent before
// effect, journal before reply.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct StoredEvent {
  std::uint64_t seq = 0;
  std::string type;  // wire name
  std::string body;  // msgpack
  std::int64_t at_ms = 0;
};

struct StoredJob {
  std::string id;
  std::string client_token;
};

enum class ResourceState : std::uint8_t { intended, created, releasing, released, abandoned };
[[nodiscard]] std::string_view to_string(ResourceState state);
/// False once nobody has to release it any more.
[[nodiscard]] constexpr bool is_open(ResourceState state) {
  return state != ResourceState::released && state != ResourceState::abandoned;
}

struct StoredResource {
  std::string token;
  std::string job;
  std::string kind;
  ResourceState state = ResourceState::intended;
  std::string provider_id;
  std::int64_t changed_ms = 0;
};

/// Borrowed view of the database with the statements of journal and ledger. All
/// calls throw StorageFailure and belong inside a Transaction of their caller.
class Journal {
 public:
  explicit Journal(Database& database) : database_(database) {}

  /// Returns false, and changes nothing, if the client token is taken.
  bool create_job(std::string_view id, std::string_view client_token);
  [[nodiscard]] std::string job_of_token(std::string_view client_token);
  [[nodiscard]] std::vector<StoredJob> jobs();

  /// Throws if `event.seq` exists: another owner has written it.
  void append(std::string_view job, const StoredEvent& event);
  /// Events after `after_seq`, oldest first, at most `count_max`.
  [[nodiscard]] std::vector<StoredEvent> events(std::string_view job, std::uint64_t after_seq = 0,
                                                std::size_t count_max = 1'000'000);

  // -- ledger: intended -> created -> releasing -> released or abandoned -----------
  /// Repeating an intent is harmless; a token once released stays so.
  void intend(std::string_view token, std::string_view job, std::string_view kind);
  /// Returns false if the token is releasing or released: the creation came too late.
  bool created(std::string_view token, std::string_view provider_id);
  void releasing(std::string_view token);
  void released(std::string_view token);
  /// Ends a row whose resource may still exist. Nothing, once it is released.
  void abandoned(std::string_view token);
  /// Resources of a job (all jobs if empty) whose rows are open, oldest first.
  [[nodiscard]] std::vector<StoredResource> open_resources(std::string_view job = {});
  /// Rows that have ended, the newest first, at most `count_max`.
  [[nodiscard]] std::vector<StoredResource> closed_resources(std::size_t count_max);
  [[nodiscard]] std::optional<StoredResource> resource(std::string_view token);
  /// Whether an event of this type is in the job's history.
  [[nodiscard]] bool happened(std::string_view job, std::string_view type);

 private:
  Database& database_;
};

}  // namespace ferry
