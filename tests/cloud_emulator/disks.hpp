// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Disks, as instances and snapshots need them.
#pragma once

#include <filesystem>
#include <string>

#include "tests/cloud_emulator/actions.hpp"

namespace ferry::emulator {

inline constexpr std::int64_t system_disk_gib_min = 20;
inline constexpr std::int64_t system_disk_gib_max = 2048;
inline constexpr std::int64_t data_disk_gib_min = 20;
inline constexpr std::int64_t data_disk_gib_max = 32768;
inline constexpr std::size_t data_disks_max = 16;

struct DiskWish {
  std::string type = "data";  // or "system"
  std::string name;
  std::string category;
  std::string zone;
  std::int64_t gib = 0;
  std::string snapshot;  // whose content it begins with; empty: zeros
  bool delete_with_instance = false;
};
/// A free disk in the call's region, with its file. Its status is "Available" at once.
[[nodiscard]] Outcome<Json*> make_disk(Context& context, const DiskWish& wish);
/// The file with the disk's bytes.
[[nodiscard]] std::filesystem::path disk_file(const World& world, const std::string& disk_id);

/// Attached disks by device name, the system disk first.
[[nodiscard]] std::vector<Json*> disks_of(World& world, const std::string& instance_id);
/// Gives it the next device name of the instance, and the instance's folder links of that name and
/// of its serial.
void attach(World& world, Json& disk, const std::string& instance_id);
/// The disk is free, and the instance's folder has no links to it any more.
void detach(World& world, Json& disk);

}  // namespace ferry::emulator
