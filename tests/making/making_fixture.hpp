// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Source disks that some program has partitioned, and what programs that had no part in it say of a
// disk that is made anew.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "disk/partitions.hpp"
#include "layout/plan.hpp"
#include "making/disk_maker.hpp"
#include "making/made_disk.hpp"
#include "tests/images/image_fixture.hpp"

namespace ferry::test {

using limits::gib;
using limits::mib;

/// A file of a disk that some program has partitioned, and what the product sees of it.
struct SourceFile {
  TempFolder folder;
  std::string file = folder / "source.raw";
  Inventory inventory;

  SourceFile(const std::string& table, const std::string& lines, std::uint64_t bytes) {
    sh("truncate -s " + std::to_string(bytes) + " " + file);
    if (table.empty()) return;
    sh("printf 'label: " + table + "\n" + lines + "\n' | sfdisk -q --no-reread --no-tell-kernel " +
       file);
  }
  /// Makes a file system where a partition is. `command` ends where the device comes.
  void make(std::uint64_t offset, std::uint64_t bytes, const std::string& command) const {
    const auto device = sh("losetup -f --show -o " + std::to_string(offset) + " --sizelimit " +
                           std::to_string(bytes) + " " + file);
    const auto made = run({.argv = {"sh", "-c", command + " " + device + " 2>&1"}});
    sh("losetup -d " + device);
    REQUIRE(made);
    INFO(made->out);
    REQUIRE(made->exit_code == 0);
  }
  /// Looks at it as if its partitions were mounted at these points.
  void look(const std::map<std::uint32_t, std::string>& points) {
    const auto source = SourceDisk::open(file);
    REQUIRE(source);
    auto info = describe_disk(*source);
    REQUIRE(info);
    for (auto& partition : info->partitions) {
      if (!points.contains(partition.number)) continue;
      partition.mount_point = points.at(partition.number);
      partition.used_bytes = std::min(partition.used_bytes, 64 * mib);
    }
    inventory.disks = {*info};
  }
  [[nodiscard]] Layout layout(const LayoutWish& wish) const {
    LayoutLimits bounds;
    bounds.system_disk_min = 1 * mib;
    auto plan = plan_layout(inventory, wish, bounds);
    for (const auto& refusal : plan.refusals) MESSAGE(refusal.what);
    REQUIRE(plan.refusals.empty());
    return {plan.source, plan.disks};
  }
};

template <class T>
T good(Result<T> result) {
  if (!result) FAIL(to_string(result.error()));
  return std::move(*result);
}
inline void good(const Result<>& result) {
  if (!result) FAIL(to_string(result.error()));
}

/// What blkid says of a range of a file: type, UUID and label.
inline std::string identity(const std::string& file, std::uint64_t offset, std::uint64_t size) {
  return sh("blkid -p -O " + std::to_string(offset) + " -S " + std::to_string(size) +
            " -o export -s TYPE -s UUID -s LABEL " + file + " | grep -v DEVNAME || true");
}

/// A command with a loop device over a range of a file.
inline std::string ask(const std::string& file, const Part& part, const std::string& command) {
  const auto loop = good(LoopDevice::attach(file, part.target_offset, part.target_size, 512));
  return sh(command + " " + loop.path() + " 2>/dev/null");
}

/// sfdisk's dump without places: what identifies the table and its partitions.
inline std::string table_identity(const std::string& file) {
  return sh("sfdisk -d " + file +
            " | sed -nE 's/^label-id: //p; s/.*(source|disk0)\\.raw([0-9]+) : start= *[0-9]+, "
            "size= *[0-9]+, (.*)/\\2 \\3/p'");
}

inline std::vector<Part> parts(const Layout& layout) {
  return good(parts_of(layout.disks, layout.source));
}

inline void write_head(const std::string& file, const std::string& source, std::uint64_t bytes) {
  sh("head -c " + std::to_string(bytes) + " " + source + " > " +
     MadeDisk::head_file(file).string());
}

inline constexpr auto uuid_a = "0f3a6e55-4a8c-4c2a-9a5e-6d1f0000000a";
inline constexpr auto uuid_b = "0f3a6e55-4a8c-4c2a-9a5e-6d1f0000000b";
inline constexpr auto uuid_c = "0f3a6e55-4a8c-4c2a-9a5e-6d1f0000000c";
inline constexpr auto uuid_d = "0f3a6e55-4a8c-4c2a-9a5e-6d1f0000000d";

}  // namespace ferry::test
