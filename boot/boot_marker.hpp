// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A marker that only this trial's guest can write: planted into its overlay, it tells on the
// console that the system has started all it starts, and how it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boot/milestone.hpp"
#include "fixups/guest.hpp"

namespace ferry {

struct BootMarker {
  std::string text;  // what its line holds: "EDGEFERRY-BOOT-PROOF nonce=..."
  std::string how;   // "systemd unit"
};

/// Plants a marker with a nonce of its own into a mounted guest, as a unit of systemd, a service of
/// OpenRC or a line of inittab. Nothing if the guest has none of these. The guest has to be a
/// throw-away one: what is planted stays. Errors: those of changing files of a guest.
[[nodiscard]] Result<std::optional<BootMarker>> plant_boot_marker(const Guest& guest);

/// What the marker's line says.
struct BootProof {
  std::string state;                      // of systemd: "running", "degraded"; else "started"
  std::vector<std::string> failed_units;  // at most limits::evidence_lines_max
  std::vector<std::string> addresses;     // "10.0.2.15/24", without loopback; bounded like these
};

/// Reads it; what a line doesn't say stays empty.
[[nodiscard]] BootProof parse_boot_proof(std::string_view line);

}  // namespace ferry
