// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether this machine filters its network traffic, by what its own tools print.
#pragma once

#include <cstddef>
#include <string_view>

#include "messages/server_facts.hpp"

namespace ferry {

struct FilterRules {
  std::size_t count = 0;  // of rules, not of policies
  bool output = false;    // something is decided about packets that this machine sends
};

/// Reads what `nft list ruleset` prints.
[[nodiscard]] FilterRules rules_of_nft(std::string_view text);
/// Reads what `iptables-save` prints.
[[nodiscard]] FilterRules rules_of_iptables(std::string_view text);

/// Asks only the tools whose part of the kernel is in use already: asking loads it otherwise.
void read_firewall(ServerFacts& facts);

}  // namespace ferry
