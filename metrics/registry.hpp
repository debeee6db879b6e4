// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The registry that counted.hpp fills, for whoever writes it out.
#pragma once

#include <prometheus/registry.h>

namespace ferry {

[[nodiscard]] prometheus::Registry& metrics_registry();

}  // namespace ferry
