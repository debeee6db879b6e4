// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A replication job as the SMC API tells it.
#pragma once

#include "http/json.hpp"
#include "messages/job.hpp"

namespace ferry {

/// With its runs and layout, as GetJob tells them.
[[nodiscard]] Json json_of(const JobView& job, const std::string& workgroup);
/// "bandwidth_limit" in Kbit/s, "compress_level" and "checksum" as JSON text.
[[nodiscard]] std::string replication_parameters(const TransferSettings& transfer);

}  // namespace ferry
