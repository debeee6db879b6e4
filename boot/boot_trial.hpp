// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A boot trial: images are booted in a machine that can change nothing and reach nobody, and what
// they show is watched until they are up or have failed.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "boot/boot_cause.hpp"
#include "boot/milestone.hpp"
#include "boot/virtual_machine.hpp"

namespace ferry {

/// automatic: KVM as far as a kernel speaks in it, else TCG.
enum class AcceleratorChoice : std::uint8_t { automatic, tcg, kvm };

struct BootTrial {
  VirtualMachine machine;  // its accelerator is chosen here:
  AcceleratorChoice accelerator = AcceleratorChoice::automatic;
  std::chrono::seconds timeout = limits::boot_time_default;
  std::string marker;    // text of a console line that proves the boot; empty: multi-user does
  std::string log_file;  // gets the console as the guest wrote it, up to a limit; empty: none
};

struct BootReport {
  bool booted = false;
  Firmware firmware = Firmware::bios;
  Accelerator accelerator = Accelerator::tcg;
  std::int64_t ms = 0;  // from turning the machine on to the verdict
  std::vector<Reached> reached;
  std::string address;             // in use on the guest's network; empty: it is silent
  std::optional<BootCause> cause;  // of a boot that failed, or of a network that is silent
  std::vector<std::string> notes;
  std::vector<std::string> last_lines;  // of the console
};

struct BootObserver {
  std::function<void(const Reached&)> on_milestone = [](const Reached&) {};
  std::function<void(const std::string&)> on_note = [](const std::string&) {};
  /// Hears the verdict while the machine still runs.
  std::function<void(const BootReport&, const RunningMachine&)> on_verdict =
      [](const BootReport&, const RunningMachine&) {};
};

/// Boots and returns what became of it: a boot that fails is a report, too. The machine dies with
/// the calling thread. Errors are those of the trial itself: invalid_argument, disk_missing,
/// image_failed, program_missing, program_failed with QEMU's words, canceled.
[[nodiscard]] Result<BootReport> run_boot_trial(const BootTrial& trial,
                                                const BootObserver& observer,
                                                const std::stop_token& stop = {});

}  // namespace ferry
