// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How far a boot has come, as its serial console tells it. Each milestone implies those before it,
// also when a quiet guest doesn't mention them; only the network stands on its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry {

enum class Milestone : std::uint8_t {
  firmware,     // it has found something to start on a disk
  boot_loader,  // it speaks: its menu, or the kernel it loads
  kernel,
  root,        // the root file system is mounted
  init,        // the first program of the system itself
  multi_user,  // all is started: the target, or a login prompt
  marker,      // the line that was asked for
  network,     // an address is in use; seen on the wire, not on the console
};

/// Returns "boot loader", "multi-user".
[[nodiscard]] std::string_view milestone_name(Milestone milestone);

/// The milestone that a line shows; nothing if it shows none. Never `marker` or `network`.
[[nodiscard]] std::optional<Milestone> milestone_in(std::string_view line);

/// A milestone and when it was seen.
struct Reached {
  Milestone milestone = Milestone::firmware;
  std::int64_t ms = 0;  // since the machine was turned on
  std::string line;     // that showed it
};

}  // namespace ferry
