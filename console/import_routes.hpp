// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances of ECS that become source servers without anybody logging in to them.
#pragma once

#include <vector>

#include "console/call.hpp"

namespace ferry {

[[nodiscard]] std::vector<ConsoleRoute> import_routes();

}  // namespace ferry
