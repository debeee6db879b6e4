// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Workgroups: source servers that a user migrates together. A server belongs to one at most.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/tag.hpp"

namespace ferry {

/// Makes a workgroup without source servers; answers WorkgroupView. Idempotent by `client_token`,
/// if there is one. Errors: name_taken; limit_exceeded beyond limits::workgroups_max.
struct CreateWorkgroup {
  std::string client_token = {};
  std::string name = {};         // unique, 2 to 64 characters; empty: its id
  std::string description = {};  // at most limits::description_bytes_max
  std::vector<Tag> tags = {};
  FERRY_MESSAGE("workgroup.create", client_token, name, description, tags)
};

struct WorkgroupView {
  std::string id;  // w-...
  std::string name;
  std::string description;
  std::vector<Tag> tags;
  std::int64_t created_ms = 0;
  std::vector<std::string> sources;  // ids, ascending; at most limits::workgroup_sources_max
  FERRY_MESSAGE("workgroup.view", id, name, description, tags, created_ms, sources)
};

/// not_found for one that isn't there.
struct ListWorkgroups {
  std::string id = {};  // empty: all
  FERRY_MESSAGE("workgroup.list", id)
};
struct WorkgroupList {
  std::vector<WorkgroupView> workgroups;  // oldest first
  FERRY_MESSAGE("workgroup.list_answer", workgroups)
};

/// Answers WorkgroupView.
struct ModifyWorkgroup {
  std::string workgroup;
  std::string name = {};  // empty: as it is
  bool set_description = false;
  std::string description = {};
  TagChange tags = {};
  FERRY_MESSAGE("workgroup.modify", workgroup, name, set_description, description, tags)
};

/// Adds all of them, or none; one that is in it stays. Answers WorkgroupView. Errors: not_found;
/// in_another_workgroup; limit_exceeded beyond limits::workgroup_sources_max.
struct AddToWorkgroup {
  std::string workgroup;
  std::vector<std::string> sources;
  FERRY_MESSAGE("workgroup.add", workgroup, sources)
};
/// One that isn't in it stays where it is. Answers WorkgroupView.
struct RemoveFromWorkgroup {
  std::string workgroup;
  std::vector<std::string> sources;
  FERRY_MESSAGE("workgroup.remove", workgroup, sources)
};
/// workgroup_not_empty while source servers are in it.
struct DeleteWorkgroup {
  std::string workgroup;
  FERRY_MESSAGE("workgroup.delete", workgroup)
};

}  // namespace ferry
