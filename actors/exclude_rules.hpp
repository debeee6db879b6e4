// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Rules for files that are left out, between whoever wrote them and both ends of a pass. Agent and
// transition node make them ready by the same function, so that they mean the same at both.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "files/filter_rules.hpp"
#include "messages/transfer.hpp"

namespace ferry {

/// Whether a job may have these rules. Errors: limit_exceeded, or config_syntax with the rule, its
/// number and what is wrong with it.
[[nodiscard]] Result<> check_excludes(const std::vector<std::string>& excludes);
/// A job's rules as they travel to a tree that is mounted at `mount_point` of the server.
[[nodiscard]] ExcludeRules travelling(const std::vector<std::string>& excludes,
                                      const std::string& mount_point);
/// Where a mount point is below the server's root: "/srv/shop" gives "srv/shop".
[[nodiscard]] std::string place_of(const std::string& mount_point);
/// Errors: config_syntax with where it is from and the line.
[[nodiscard]] Result<files::FilterRules> filter_of(const std::vector<ExcludeRules>& rules);

}  // namespace ferry
