// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a user has changed of a job, in words.
#pragma once

#include <string>
#include <vector>

#include "messages/job_events.hpp"

namespace ferry {

/// One for each setting that differs; values of at most limits::setting_change_bytes_max bytes, fit
/// to be printed.
[[nodiscard]] std::vector<SettingChange> changes_of(const JobSettings& before,
                                                    const JobSettings& after);
/// "speed limit 100 Mbit/s instead of none, tags a=1 instead of none"
[[nodiscard]] std::string changes_text(const std::vector<SettingChange>& changes);

}  // namespace ferry
