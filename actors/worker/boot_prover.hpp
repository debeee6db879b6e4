// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The boot proof of one export's images, by a program of its own (docs/boot-proof.md): their files
// are looked at and they are booted, from overlays, so they keep every byte.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <semaphore>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "messages/boot.hpp"

namespace ferry {

struct BootProofOrder {
  std::vector<std::filesystem::path> images;  // qcow2, of all disks, the system's first
  std::string boot_mode;                      // bios or uefi
  std::filesystem::path console;              // gets the guest's console
  std::filesystem::path scratch;              // a folder for this alone, emptied before
};

/// What `edgeferry image check --boot --json` said, as a job keeps it: booted or failed.
[[nodiscard]] ImageBoot image_boot_of(const CheckView& view);

/// Shared by all exports of a worker: copies share the place that there is for one machine, and
/// what was learnt of KVM.
class BootProver {
 public:
  /// `program`: edgeferry, where it lies.
  explicit BootProver(std::filesystem::path program) : program_(std::move(program)) {}

  /// Waits until no other boot is under way and runs `PROGRAM image check --boot` to its end. A
  /// boot that fails, and a proof that could not be made, are outcomes, too. Errors: canceled.
  [[nodiscard]] Result<ImageBoot> operator()(const BootProofOrder& order,
                                             const std::stop_token& stop) const;

 private:
  [[nodiscard]] Result<std::string> run_alone(const BootProofOrder& order,
                                              const std::stop_token& stop) const;

  struct Shared {
    std::counting_semaphore<limits::boot_proofs_at_once> places{limits::boot_proofs_at_once};
    std::atomic<bool> without_kvm{false};  // a boot had to do without; no further one tries it
  };

  std::filesystem::path program_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace ferry
