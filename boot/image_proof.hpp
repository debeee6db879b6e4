// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The whole proof of an image: what its files say, and whether it boots, with a marker planted into
// a throw-away overlay that no other guest can show. The image keeps every byte.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "boot/boot_marker.hpp"
#include "boot/boot_trial.hpp"
#include "boot/image_finding.hpp"
#include "images/attached_disks.hpp"

namespace ferry {

struct ImageProofRequest {
  std::vector<ImageFile> disks;   // all of the system's, the one that boots first
  std::optional<BootTrial> boot;  // boots it, too; its disks are these, its marker is planted
};

struct ImageProofReport {
  std::vector<ImageFinding> findings;  // critical ones first
  std::vector<std::string> notes;
  std::string marker;  // that was planted; empty: none could be, and multi-user is the proof
  std::optional<BootReport> boot;
  std::optional<BootProof> proof;  // what the marker said

  /// No finding is critical, and it has booted if it was to.
  [[nodiscard]] bool is_sound() const;
};

/// Needs root and /dev/fuse. The calling thread is spent afterwards: it is in mount namespaces of
/// its own. A kill leaves an empty folder in the folder for temporary files, and nothing else.
/// Errors: not_root, those of AttachedDisks, MountedGuest and run_boot_trial.
[[nodiscard]] Result<ImageProofReport> prove_image(const ImageProofRequest& request,
                                                   const BootObserver& observer);

}  // namespace ferry
