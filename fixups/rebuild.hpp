// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a guest's own programs make anew once its settings are right: the initramfs of every
// kernel, and the boot loader. Nothing is believed: what they made is opened and checked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fixups/guest_command.hpp"

namespace ferry {

enum class Rebuilt : std::uint8_t { initramfs, boot_loader, boot_menu };

struct RebuildStep {
  Rebuilt what;
  std::string reason;
  std::vector<std::string> argv;
};

/// Returns the command as people write it.
[[nodiscard]] std::string to_line(const RebuildStep& step);

/// The steps for the guest's capabilities, in their order. `boot_disk` is the device of this host
/// that a boot loader for BIOS is written to; empty: none is written.
[[nodiscard]] std::vector<RebuildStep> rebuild_steps(const Guest& guest,
                                                     const std::string& boot_disk);

/// Carries out these of the steps and checks what they made. `devices` are the image's disk and its
/// partitions; `tell` hears of each step. Errors: program_failed with the program's last words,
/// program_timeout, guest_unbootable, and those of run_in_guest. Running it again is fine.
[[nodiscard]] Result<> rebuild(const Guest& guest, const std::vector<GuestDevice>& devices,
                               const std::vector<RebuildStep>& steps,
                               const std::function<void(const RebuildStep&)>& tell);

/// Proves that no boot loader's menu asks for a root by a name that the device has on the host
/// where it was made (loop devices). Errors: guest_unbootable, with file and line.
[[nodiscard]] Result<> check_boot_menu(const GuestRoot& root);

}  // namespace ferry
