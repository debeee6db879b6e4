// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Workgroups: what users ask of them. All that is known of them is in the database, so this actor
// keeps nothing.
#pragma once

#include <functional>
#include <string>

#include <caf/all.hpp>

#include "messages/catalogue.hpp"
#include "storage/workgroup_table.hpp"

namespace ferry {

class Workgroups {
 public:
  static constexpr const char* actor_name = "workgroups";

  Workgroups(caf::event_based_actor* self, caf::actor store);
  caf::behavior make_behavior();

 private:
  caf::result<WorkgroupView> create(const CreateWorkgroup& m);
  caf::result<WorkgroupList> list(const ListWorkgroups& m);
  caf::result<WorkgroupView> modify(const ModifyWorkgroup& m);
  caf::result<WorkgroupView> change(std::function<Result<StoredWorkgroup>(WorkgroupTable&)> work);
  caf::result<Done> remove(const DeleteWorkgroup& m);
  /// Answers once it is durable.
  template <class Answer>
  caf::result<Answer> transact(std::function<Result<Answer>(WorkgroupTable&)> work);

  caf::event_based_actor* self_;
  caf::actor store_;
};

}  // namespace ferry
