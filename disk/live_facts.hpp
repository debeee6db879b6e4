// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pre-flight learns of the machine that runs this process: how busy it is, how full,
// and what stands between it and the network. Nothing is changed.
#pragma once

#include <string>

#include "messages/server_facts.hpp"

namespace ferry {

/// Fills the first half of the facts, and what a running system knows better of the second.
/// Takes about a quarter of a second, in which it measures the processors.
void read_live_facts(ServerFacts& facts);

/// Returns "2.06-13+deb12u1" of "grub-install (GRUB) 2.06-13+deb12u1"; empty if it is no such line.
[[nodiscard]] std::string grub_version(const std::string& printed);

}  // namespace ferry
