// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What of an operator's messages changes something, in the words of the audit log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <caf/all.hpp>

namespace ferry {

/// Their wire names. A test holds them against the catalogue.
[[nodiscard]] std::vector<std::string_view> operator_changes();

struct ToldChange {
  std::string action;   // as the console's API names it
  std::string subject;  // what it is about: an id, or the name of what is made
};
/// `message` is one of these.
[[nodiscard]] ToldChange tell_change(std::string_view type, const caf::message& message);

}  // namespace ferry
