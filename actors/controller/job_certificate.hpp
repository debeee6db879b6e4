// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The certificate of a job's newest image, made of what the journal says and of nothing else: made
// again after a crash, it is the same.
#pragma once

#include "actors/controller/job_record.hpp"
#include "messages/certificate.hpp"

namespace ferry {

/// True if the newest image has what a certificate needs, and none yet.
[[nodiscard]] bool wants_certificate(const JobRecord& record);
[[nodiscard]] Certificate certificate_of(const JobRecord& record);

}  // namespace ferry
