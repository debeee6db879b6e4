// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The cluster of a run with all that stands around it: made or found, up, with its source
// servers known, a proxy where the plan needs one, and canaries.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chaos/canary.hpp"
#include "chaos/cluster.hpp"
#include "chaos/fault.hpp"
#include "chaos/plan.hpp"
#include "chaos/proxy.hpp"

namespace ferry::chaos {

struct Stage {
  std::unique_ptr<RealCluster> cluster;
  std::unique_ptr<Proxy> proxy;
  std::map<std::string, DiskControls> controls;
  std::vector<std::string> sources;                         // ids
  std::map<std::string, std::filesystem::path> source_raw;  // by id, where it is known
  Canaries canaries;
};

[[nodiscard]] Result<Stage> set_stage(const Plan& plan, std::uint64_t seed,
                                      const std::filesystem::path& work, UndoLog& undo,
                                      const std::atomic<bool>* interrupted);

}  // namespace ferry::chaos
