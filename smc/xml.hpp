// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers as XML, for callers who ask for Format=XML.
#pragma once

#include <string>

#include "http/json.hpp"

namespace ferry {

/// The same answer in the gateway's XML: members become elements inside `root`, and a list becomes
/// its element as often as it has entries. What XML can't hold becomes '?' or U+FFFD.
[[nodiscard]] std::string xml_of(const std::string& root, const Json& answer);

}  // namespace ferry
