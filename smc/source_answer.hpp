// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A source server as the SMC API tells it.
#pragma once

#include <string>

#include "http/json.hpp"
#include "messages/job.hpp"
#include "messages/source.hpp"

namespace ferry {

/// Available, InUse, Unavailable or Deleting. One that no job would take, for what its pre-flight
/// has found, is Unavailable here.
[[nodiscard]] std::string api_state(const SourceView& source);
/// Its name, or the host's while it has none.
[[nodiscard]] std::string api_name(const SourceView& source);
/// `latest`: its newest job, also one that is over; null if it has none.
[[nodiscard]] Json json_of(const SourceView& source, const JobView* latest,
                           const std::string& workgroup);

/// "0_2": the third partition of the system disk.
[[nodiscard]] std::string device_of(std::uint32_t disk, std::size_t place);
/// What a server can't be migrated without.
[[nodiscard]] bool is_needed(const PartitionInfo& partition);

}  // namespace ferry
