// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The disk of scripts/make-tiny-disk, made once for a test program, and copies of it to break.
#pragma once

#include <string>

#include "boot/boot_trial.hpp"
#include "tests/shell.hpp"
#include "tests/source_folder.hpp"

namespace ferry::test {

/// The whole disk, which nobody changes.
inline const std::string& tiny_disk() {
  static const TempFolder folder;
  static const std::string disk = [] {
    sh((source_folder() / "scripts/make-tiny-disk").string() + " " + folder.path.string());
    return folder / "system.raw";
  }();
  return disk;
}

/// A copy with its root file system changed by commands of debugfs.
inline std::string broken_disk(const TempFolder& folder, const std::string& commands) {
  const auto disk = folder / "broken.raw";
  sh("cp --sparse=always " + tiny_disk() + " " + disk);
  sh("printf '" + commands + "' | debugfs -w -f - '" + disk + "?offset=8388608' 2>&1");
  return disk;
}

/// The version of its kernel.
inline std::string kernel() {
  return sh("debugfs -R 'ls -p /lib/modules' '" + tiny_disk() + "?offset=8388608' 2>/dev/null | " +
            "cut -d / -f 6 | grep '^[0-9]'");
}

/// A trial without KVM, which may be there and not work.
inline BootTrial trial_of(const std::string& disk, ImageFormat format = ImageFormat::raw) {
  BootTrial trial;
  trial.machine.disks = {{disk, format}};
  trial.machine.memory_mib = 256;
  trial.accelerator = AcceleratorChoice::tcg;
  return trial;
}

inline BootReport must_run(const BootTrial& trial, const BootObserver& observer = {}) {
  auto report = run_boot_trial(trial, observer);
  if (!report) FAIL(to_string(report.error()));
  return std::move(*report);
}

}  // namespace ferry::test
