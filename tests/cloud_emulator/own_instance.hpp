// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An instance that somebody has in the emulated cloud, which no job has rented.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

/// Its id. Under the world's lock. It has no disks, since none is looked at.
inline std::string own_instance(World& world, const std::string& where,
                                const std::string& address) {
  const auto zone = where + "-a";
  auto& instance = world.make(
      kind::instance, "i", where,
      {{"InstanceName", "shop"},
       {"InstanceType", "ecs.g6.large"},
       {"RegionId", where},
       {"ZoneId", zone},
       {"Status", "Running"},
       {"SecurityGroupIds", {{"SecurityGroupId", Json::array()}}},
       {"VpcAttributes", {{"VpcId", "vpc-shop"}, {"PrivateIpAddress", {{"IpAddress", {address}}}}}},
       {"PublicIpAddress", {{"IpAddress", {address}}}},
       {"EipAddress", {{"IpAddress", ""}}},
       {"address", address},
       {"work", "boot"}});
  const auto id = text_of(instance, "id");
  instance["InstanceId"] = id;
  instance["absent"] = 0;
  const auto folder = world.folder_of(kind::instance, id);
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "user-data"} << "exec sleep infinity\n";
  return id;
}

}  // namespace ferry::emulator
