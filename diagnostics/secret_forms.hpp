// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The forms in which programs write a secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ferry {

/// As it is; as hex; within base64 of either alphabet, whatever stands before it, without the
/// characters at its ends that hold bits of its neighbours; escaped for a URL and for JSON.
[[nodiscard]] std::vector<std::string> secret_forms(std::string_view secret);

}  // namespace ferry
