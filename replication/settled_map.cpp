// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/settled_map.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace ferry {

template <class Each>
void SettledMap::for_parts(std::uint64_t offset, std::uint64_t bytes, Each each) {
  const auto part_bytes = part_bytes_.load();
  if (part_bytes == 0) return;
  const auto end = std::min(offset + bytes, disk_bytes_.load());
  while (offset < end) {
    const auto part = offset / part_bytes;
    const auto next = std::min(end, (part + 1) * part_bytes);
    each(settled_.at(part), next - offset);
    offset = next;
  }
}

void SettledMap::begin(std::uint64_t disk_bytes, std::span<const Extent> to_look_at) {
  constexpr std::uint64_t granule = limits::granule_bytes;
  const auto share = (disk_bytes + limits::disk_map_parts_max - 1) / limits::disk_map_parts_max;
  disk_bytes_ = disk_bytes;
  part_bytes_ = std::max((share + granule - 1) / granule, std::uint64_t{1}) * granule;
  for (auto& part : settled_) part = 0;
  add(0, disk_bytes);
  for (const auto& extent : to_look_at) {
    for_parts(extent.offset, extent.length, [](auto& part, std::uint64_t of) { part -= of; });
  }
}

void SettledMap::add(std::uint64_t offset, std::uint64_t bytes) {
  for_parts(offset, bytes, [](auto& part, std::uint64_t of) { part += of; });
}

std::vector<char> SettledMap::told() const {
  std::vector<char> map;
  const auto part_bytes = part_bytes_.load();
  if (part_bytes == 0) return map;
  const auto disk_bytes = disk_bytes_.load();
  for (std::uint64_t begin = 0; begin < disk_bytes; begin += part_bytes) {
    const auto whole = std::min(part_bytes, disk_bytes - begin);
    // What is freed while a pass runs settles without having been looked at.
    const auto settled = std::min(settled_.at(map.size()).load(), whole);
    map.push_back(static_cast<char>(static_cast<unsigned char>(settled * 255 / whole)));
  }
  return map;
}

}  // namespace ferry
