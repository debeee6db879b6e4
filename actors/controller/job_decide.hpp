// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Decides calls on a job against its record: the event that follows, or the public
// API's words for why not (smc-api 2.2). Pure: no effects, and a refusal changes
// nothing. Which states allow what comes from the table in job_states.hpp.
#pragma once

#include "actors/controller/job_record.hpp"
#include "config/cluster_config.hpp"
#include "messages/resource.hpp"
#include "messages/source.hpp"

namespace ferry {

/// Errors of all: job_wrong_status, job_wrong_business_status, changed_meanwhile.
[[nodiscard]] Result<JobEvent> decide(const JobRecord& record, const StartJob& m);
[[nodiscard]] Result<JobEvent> decide(const JobRecord& record, const PauseJob& m);
[[nodiscard]] Result<JobEvent> decide(const JobRecord& record, const CancelJob& m);
[[nodiscard]] Result<JobEvent> decide(const JobRecord& record, const DeleteJob& m);
[[nodiscard]] Result<JobEvent> decide(const JobRecord& record, const CutOverJob& m);
/// Only what is stalled can be given up; anything else is invalid_argument.
[[nodiscard]] Result<JobEvent> decide(const JobRecord& record, const AbandonResource& m);
/// Also invalid_argument, for values.
[[nodiscard]] Result<JobEvent> decide(const JobRecord& record, const ModifyJob& m,
                                      const ClusterConfig& config, std::int64_t now_ms);

/// The event with what the server warns of and no earlier start has told, if it is a start.
[[nodiscard]] JobEvent with_warnings(JobEvent event, const JobRecord& record,
                                     const SourceView& source);

/// source_wrong_state if the server's agent is away, or the server is being deleted.
[[nodiscard]] Result<> check_available(const SourceView& source, std::string_view allowed);

}  // namespace ferry
