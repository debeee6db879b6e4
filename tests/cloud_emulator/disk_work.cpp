// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The copies behind snapshots, and the images that wait for them.
#include <filesystem>

#include "base/subprocess.hpp"
#include "tests/cloud_emulator/disks.hpp"
#include "tests/cloud_emulator/worker.hpp"

namespace ferry::emulator {

Json copy_disk(const Work& work) {
  const auto id = text_of(work.thing, "id");
  const auto folder = work.world.folder_of(work.kind, id);
  std::filesystem::create_directories(folder);
  const auto copied =
      run_ok({.argv = {"cp", "--sparse=always", "--reflink=auto",
                       disk_file(work.world, text_of(work.thing, "SourceDiskId")).string(),
                       (folder / "disk.raw").string()},
              .timeout = std::chrono::hours{1},
              .stop = work.stop});
  if (!copied) return {{"Status", "failed"}, {"why", copied.error().what}};
  return {{"Status", "accomplished"}, {"Progress", "100%"}};
}

Json finish_image(const Work& work) {
  auto mappings = work.thing.at("DiskDeviceMappings").at("DiskDeviceMapping");
  const std::lock_guard lock{work.world.mutex};
  for (auto& mapping : mappings) {
    // The worker takes the oldest first, so each of them is done by now.
    const auto* snapshot = work.world.find(kind::snapshot, text_of(mapping, "SnapshotId"));
    if (snapshot == nullptr || text_of(*snapshot, "Status") != "accomplished") {
      return {{"Status", "CreateFailed"}};
    }
    mapping["Progress"] = "100%";
  }
  return {{"Status", "Available"},
          {"Progress", "100%"},
          {"DiskDeviceMappings", {{"DiskDeviceMapping", std::move(mappings)}}}};
}

}  // namespace ferry::emulator
