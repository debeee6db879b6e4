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
  std::string parent = {};  // token of the resource that this is a part of; empty: of none
  std::string name = {};    // of a part, at the provider
  std::string node = {};    // that was to make it
  std::uint64_t bytes = 0;  // of a part, at most; 0: not known when it was intended
};

/// A part of a resource as it is intended; its names are made of the resource's token, so
/// they are known before it is made. Its own token is "TOKEN/ID".
struct PartIntent {
  std::string id;
  std::string kind;
  std::string name;
  std::uint64_t bytes = 0;
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
  // What is said of a resource is said of its parts as well, but for `releasing`.
  /// Repeating an intent is harmless; a token once released stays so.
  void intend(std::string_view token, std::string_view job, std::string_view kind,
              std::string_view node = {}, const std::vector<PartIntent>& parts = {});
  /// Returns false if the token is releasing or released: the creation came too late.
  bool created(std::string_view token, std::string_view provider_id);
  /// A part that is being released begins the release of its resource.
  void releasing(std::string_view token);
  void released(std::string_view token);
  /// Ends a row whose resource may still exist. Nothing, once it is released.
  void abandoned(std::string_view token);
  /// Resources of a job (all jobs if empty) whose rows are open, in the order of their
  /// intents; parts come after their resource.
  [[nodiscard]] std::vector<StoredResource> open_resources(std::string_view job = {});
  /// Rows that have ended, without parts, the newest first, at most `count_max`.
  [[nodiscard]] std::vector<StoredResource> closed_resources(std::size_t count_max);
  [[nodiscard]] std::optional<StoredResource> resource(std::string_view token);
  /// Whether an event of this type is in the job's history.
  [[nodiscard]] bool happened(std::string_view job, std::string_view type);
  /// Sequence number of the last event of this type; 0: there is none.
  [[nodiscard]] std::uint64_t last(std::string_view job, std::string_view type);

 private:
  Database& database_;
};

}  // namespace ferry
