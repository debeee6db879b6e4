// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry image boot` and `image check`: show whether an image boots, and why not; `image show`:
// what the registry keeps of one. They need no cluster, and its file only for images that are named
// by their id.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boot/boot_trial.hpp"
#include "config/cluster_config.hpp"

namespace ferry {

/// What the options write to.
struct BootWords {
  std::vector<std::string> images;  // one "m-..." of the registry, or files: the system disk first
  std::string format = "name";      // of files: raw, qcow2, or as their names end
  std::string firmware = "auto";
  std::string accelerator = "auto";
  std::uint32_t memory_mib = limits::boot_memory_mib_default;
  std::int64_t timeout_s = limits::boot_time_default.count();
  std::string marker;
  std::string log_file;
  bool keep = false;
  bool boot = false;  // of `check`
  bool json = false;
};

/// The disks that are meant, and the firmware if it is known.
struct BootSubject {
  std::vector<ImageFile> disks;
  std::optional<Firmware> firmware;
};

/// True if the image is one of the registry's.
[[nodiscard]] bool names_registry_image(const BootWords& words);
[[nodiscard]] Result<BootSubject> registry_subject(const BootWords& words,
                                                   const ClusterConfig& config);
[[nodiscard]] Result<BootSubject> file_subject(const BootWords& words);

/// What the options ask for.
[[nodiscard]] Result<BootTrial> trial_of(const BootWords& words, const BootSubject& subject);

/// Return the program's exit code: 0 if the image boots (or looks as if it did), 1 if not.
int image_boot(const BootWords& words, const BootSubject& subject);
int image_check(const BootWords& words, const BootSubject& subject);
int image_show(const std::string& id, bool json, const ClusterConfig& config);

}  // namespace ferry
