// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Why a boot failed, in words: from what the console showed, how far the boot had come, and how the
// trial ended. A table has the signs; docs/boot-proof.md lists what it knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "boot/milestone.hpp"
#include "boot/virtual_machine.hpp"

namespace ferry {

struct BootCause {
  std::string name;  // stable, for programs: "root_not_found"
  std::string what;
  std::vector<std::string> evidence;  // lines of the console, at most limits::evidence_lines_max
  std::string next_step;
};

enum class BootEnding : std::uint8_t {
  dead_end,   // the guest waits for a person, or has panicked
  timeout,    // still at it when the time was over
  turned_off  // the guest turned the machine off or started it anew
};

/// All that a trial knows of a boot that did not succeed.
struct BootStory {
  std::vector<std::string> lines;
  std::vector<Reached> reached;
  BootEnding ending = BootEnding::timeout;
  Firmware firmware = Firmware::bios;
  std::string address;  // of the guest's network; empty: silent
};

/// True if a boot never goes on from this line, so that waiting for its time limit is useless.
[[nodiscard]] bool is_dead_end(std::string_view line);

/// Always names one; "unknown ..." only as far as it is.
[[nodiscard]] BootCause name_cause(const BootStory& story);

/// What to say of a guest that is up and whose network is silent.
[[nodiscard]] BootCause silent_network(const std::vector<std::string>& lines);

/// The names of all causes.
[[nodiscard]] std::vector<std::string_view> cause_names();

}  // namespace ferry
