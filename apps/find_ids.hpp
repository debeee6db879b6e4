// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which ids there are in a cluster right now, for the completion of a command line.
#pragma once

#include <string>
#include <vector>

#include "apps/completion.hpp"

namespace ferry {

/// Of a kind, "JOB" or "SOURCE" and what else a command may be about. Nothing if the controller
/// does not answer within limits::completion_wait_max.
[[nodiscard]] std::vector<Candidate> find_ids(const std::string& kind,
                                              const std::string& cluster_file);

}  // namespace ferry
