// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Activation codes and the source servers that registered with them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct StoredActivation {
  std::string id;
  std::string name;
  std::string secret_hash;  // SHA-256 of the secret; the secret itself is never stored
  std::uint32_t quota = 0;
  std::uint32_t registered = 0;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
  bool disabled = false;
  std::string description = {};
  std::string tags = {};  // msgpack, of source servers that register with it
  std::string resource_group = {};
};

struct StoredSource {
  std::string id;
  std::string public_key;
  std::string activation;
  std::string inventory;  // msgpack
  std::int64_t created_ms = 0;
  std::string name = {};
  std::string description = {};
  std::string tags = {};  // msgpack
  bool deleting = false;
  std::string resource_group = {};
};

/// Borrowed view of the database. All calls throw StorageFailure and belong inside
/// a Transaction of their caller.
class Enrolment {
 public:
  explicit Enrolment(Database& database) : database_(database) {}

  void create_activation(const StoredActivation& activation);
  /// All if `id` is empty, newest first.
  [[nodiscard]] std::vector<StoredActivation> activations(std::string_view id = {});
  /// Return false if there is no such code.
  bool disable_activation(std::string_view id);
  bool delete_activation(std::string_view id);

  /// Uses the quota once per key. Errors: code_unknown (also for a wrong secret),
  /// code_disabled, code_expired, code_used_up.
  [[nodiscard]] Result<StoredSource> register_source(std::string_view activation,
                                                     std::string_view secret,
                                                     std::string_view public_key,
                                                     std::string_view inventory);
  [[nodiscard]] std::vector<StoredSource> sources();
  void update_inventory(std::string_view source, std::string_view inventory);
  /// Name, description, tags and resource group.
  void update_words(const StoredSource& source);
  void mark_deleting(std::string_view source);
  void delete_source(std::string_view source);

 private:
  Database& database_;
};

}  // namespace ferry
