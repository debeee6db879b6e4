// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A virtual machine (QEMU) that boots images and can change nothing: what the guest writes goes
// into overlays without a name, its network card reaches DHCP and nothing else, and the machine
// dies with the thread that started it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"
#include "images/attached_disks.hpp"

namespace ferry {

enum class Firmware : std::uint8_t { bios, uefi };
enum class Accelerator : std::uint8_t { tcg, kvm };

[[nodiscard]] std::string_view firmware_name(Firmware firmware);
[[nodiscard]] std::string_view accelerator_name(Accelerator accelerator);

struct VirtualMachine {
  std::vector<ImageFile> disks;  // the guest's /dev/vda, /dev/vdb, ...; the first is booted
  Firmware firmware = Firmware::bios;
  Accelerator accelerator = Accelerator::tcg;
  std::uint32_t memory_mib = limits::boot_memory_mib_default;
};

/// BIOS if the first sector of a disk holds code, else UEFI. Errors: disk_missing,
/// program_missing, image_failed.
[[nodiscard]] Result<Firmware> firmware_for(const ImageFile& disk);

/// A machine that was turned on. Ends with this object.
class RunningMachine {
 public:
  /// Errors: invalid_argument for what is out of its limits, disk_missing, image_failed for a
  /// qcow2 that refers to other files, program_missing.
  [[nodiscard]] static Result<RunningMachine> start(const VirtualMachine& machine);
  RunningMachine(RunningMachine&& other) noexcept;
  RunningMachine& operator=(RunningMachine&& other) = delete;
  ~RunningMachine();

  /// The guest's serial console: what it writes, and what is typed there. Reading doesn't block.
  [[nodiscard]] const Fd& console() const { return console_; }
  [[nodiscard]] const Fd& keyboard() const { return keyboard_; }
  /// QEMU's own words, mostly none.
  [[nodiscard]] const Fd& words() const { return words_; }
  /// A capture (pcap) of what goes over the guest's network card.
  [[nodiscard]] const Fd& traffic() const { return traffic_; }
  /// Ends the machine, if it still runs, and returns its exit code.
  int end();

 private:
  RunningMachine() = default;

  pid_t pid_ = 0;
  Fd console_, keyboard_, words_, traffic_;
  Fd traffic_end_;  // that QEMU opens by its name
};

}  // namespace ferry
