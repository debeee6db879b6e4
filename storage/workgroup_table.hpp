// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Workgroups and the source servers in them, as the database has them. What must hold of all of
// them together is decided here, where nothing can come in between.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "storage/database.hpp"

namespace ferry {

struct StoredWorkgroup {
  std::string id;
  std::string name;
  std::string description;
  std::string tags;  // msgpack
  std::int64_t created_ms = 0;
  std::vector<std::string> sources = {};  // ids, ascending
};

/// Which request made a workgroup.
struct WorkgroupRequest {
  std::string client_token;  // empty: it has none
  std::string digest;        // of all that it asks for
};

/// Borrowed view of the database. All calls throw StorageFailure and belong inside
/// a Transaction of their caller. A refusal changes nothing.
class WorkgroupTable {
 public:
  explicit WorkgroupTable(Database& database) : database_(database) {}

  /// Answers what the token has made before, if it has. Errors: name_taken, limit_exceeded;
  /// token_reused, and not_found for a token whose workgroup was deleted.
  [[nodiscard]] Result<StoredWorkgroup> create(const StoredWorkgroup& workgroup,
                                               const WorkgroupRequest& request);
  [[nodiscard]] std::vector<StoredWorkgroup> all();  // oldest first
  /// Errors of all that name one: not_found.
  [[nodiscard]] Result<StoredWorkgroup> find(std::string_view id);
  /// Name, description and tags. Errors: name_taken.
  [[nodiscard]] Result<StoredWorkgroup> update(const StoredWorkgroup& workgroup);
  /// All or none. Errors: not_found for a server, too; in_another_workgroup, limit_exceeded.
  [[nodiscard]] Result<StoredWorkgroup> add(std::string_view id,
                                            const std::vector<std::string>& sources);
  [[nodiscard]] Result<StoredWorkgroup> remove(std::string_view id,
                                               const std::vector<std::string>& sources);
  /// Errors: workgroup_not_empty.
  [[nodiscard]] Result<> erase(std::string_view id);

 private:
  [[nodiscard]] Result<> check_name(const StoredWorkgroup& workgroup);
  [[nodiscard]] Result<> check_source(std::string_view id, const std::string& source);
  [[nodiscard]] std::vector<std::string> sources_of(std::string_view id);

  Database& database_;
};

}  // namespace ferry
