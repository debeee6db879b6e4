// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What RunInstances is asked for, checked.
#pragma once

#include <string>
#include <vector>

#include "tests/cloud_emulator/disks.hpp"

namespace ferry::emulator {

struct InstanceWish {
  std::string name;
  std::string type;
  std::string image;
  std::string security_group;
  const Json* vswitch = nullptr;
  std::int64_t bandwidth = 0;   // Mbit/s; above 0 it gets a public address
  std::vector<DiskWish> disks;  // the system disk first
  std::string user_data;        // decoded
  Json tags;
};
[[nodiscard]] Outcome<InstanceWish> instance_wish(Context& context);

}  // namespace ferry::emulator
