// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the things that a job holds cost (F102), by the prices of the cluster file.
#pragma once

#include <cstdint>

#include "config/cluster_config.hpp"
#include "messages/job.hpp"
#include "messages/resource.hpp"

namespace ferry {

/// Fills the currency and the costs of what it holds, as of this moment of the wall clock; what has
/// no price, or no size yet, stays unknown.
void add_costs(JobView& view, const PricesConfig& prices, std::int64_t now_ms);
/// The same for what is there, whoever's it is. Parts cost what their resource does.
void add_costs(ResourceList& list, const PricesConfig& prices);

}  // namespace ferry
