// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/job_events.hpp"

namespace ferry {

JobEvent::JobEvent() = default;
JobEvent::JobEvent(const JobEvent&) = default;
JobEvent::JobEvent(JobEvent&&) noexcept = default;
JobEvent& JobEvent::operator=(const JobEvent&) = default;
JobEvent& JobEvent::operator=(JobEvent&&) noexcept = default;
JobEvent::~JobEvent() = default;

}  // namespace ferry
