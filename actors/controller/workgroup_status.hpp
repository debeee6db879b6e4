// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How far a workgroup is: it follows from the newest jobs of its source servers.
#pragma once

#include <string>
#include <vector>

#include "messages/job.hpp"
#include "messages/workgroup.hpp"

namespace ferry {

struct WorkgroupStatus {
  /// Completed: all its servers have a newest job that is Finished. Cutover: all have one that is
  /// Finished, or Waiting with an image. NotStarted: none of these jobs has begun. InProgress:
  /// else.
  std::string status;
  std::vector<std::string> in_error;    // servers whose newest job is InError
  std::vector<std::string> unrelated;   // servers without a job
  std::vector<std::string> not_passed;  // servers whose newest image does not boot
};

/// Pure. `jobs`: all there are, oldest first; those that are being deleted don't count.
[[nodiscard]] WorkgroupStatus status_of(const WorkgroupView& workgroup,
                                        const std::vector<JobView>& jobs);

/// A workgroup with its status, for people and programs.
struct ShownWorkgroup {
  WorkgroupView workgroup;
  std::string status;
  std::vector<std::string> in_error, unrelated, not_passed;
  FERRY_FIELDS(workgroup, status, in_error, unrelated, not_passed)
};
struct ShownWorkgroups {
  std::vector<ShownWorkgroup> workgroups;
  FERRY_FIELDS(workgroups)
};
[[nodiscard]] ShownWorkgroups shown(WorkgroupList list, const std::vector<JobView>& jobs);

}  // namespace ferry
