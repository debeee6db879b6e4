// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The reference pages that are made from the code: docs/messages.md and
// docs/errors.md. A test fails when they are stale.
#pragma once

#include <string>

namespace ferry {

[[nodiscard]] std::string message_reference();
[[nodiscard]] std::string error_reference();

}  // namespace ferry
