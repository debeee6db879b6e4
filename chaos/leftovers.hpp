// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What jobs that ended left behind, in the ledger and in the folders of this host.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "chaos/canary.hpp"
#include "chaos/cluster.hpp"

namespace ferry::chaos {

/// Asks again until nothing is left or the time is over; returns what is left then. `jobs`
/// are those that ended, `whole_cluster` says that nobody else uses the folders.
[[nodiscard]] std::vector<std::string> find_leftovers(const RealCluster& cluster,
                                                      const Canaries& canaries,
                                                      const std::set<std::string>& jobs,
                                                      bool whole_cluster, std::int64_t patience_ms);

}  // namespace ferry::chaos
