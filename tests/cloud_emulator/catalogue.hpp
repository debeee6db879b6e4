// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What can be bought: instance types, and the images that everybody has.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

struct InstanceType {
  const char* name;
  int cores;
  double memory_gib;
};
inline constexpr std::array instance_types = std::to_array<InstanceType>({
    {"ecs.n1.tiny", 1, 1},
    {"ecs.n1.small", 1, 2},
    {"ecs.n4.large", 2, 4},
    {"ecs.e-c1m1.large", 2, 2},
    {"ecs.e-c1m2.large", 2, 4},
    {"ecs.t6-c1m1.large", 2, 2},
    {"ecs.t6-c1m2.large", 2, 4},
    {"ecs.c6.large", 2, 4},
    {"ecs.g6.large", 2, 8},
});
inline constexpr std::array stock_images = std::to_array<const char*>({
    "debian_12_9_x64_20G_alibase_20260101.vhd",
    "aliyun_3_x64_20G_alibase_20260101.vhd",
});

/// nullptr if there is none of that name.
[[nodiscard]] inline const InstanceType* find_type(std::string_view name) {
  for (const auto& type : instance_types) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

[[nodiscard]] inline bool has_stock(const Settings& settings, const std::string& type,
                                    const std::string& zone) {
  return !settings.no_stock.contains(type) && !settings.no_stock.contains(type + '@' + zone);
}

}  // namespace ferry::emulator
