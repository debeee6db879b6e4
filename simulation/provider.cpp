// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/provider.hpp"

#include <algorithm>
#include <charconv>

#include "base/random.hpp"

namespace ferry::sim {
namespace {

constexpr std::string_view image_title = "simulated image\n";
constexpr std::int64_t call_min_us = 1 * ms;
constexpr std::int64_t call_max_us = 20 * ms;

}  // namespace

std::string root_of(const Chunks& chunks) {
  return sha256({reinterpret_cast<const char*>(chunks.data()), chunks.size() * sizeof chunks[0]});
}

std::string image_text(const Chunks& chunks) {
  std::string text{image_title};
  for (const auto chunk : chunks) text.append(std::to_string(chunk)).append("\n");
  return text;
}

Chunks image_chunks(std::string_view text) {
  Chunks chunks;
  if (!text.starts_with(image_title)) return chunks;
  text.remove_prefix(image_title.size());
  while (!text.empty()) {
    std::uint64_t chunk = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), chunk).ptr;
    chunks.push_back(chunk);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  }
  return chunks;
}

const InstanceDiskState* Provider::find_disk(const std::string& path) const {
  const auto slash = path.rfind("/disk");
  if (slash == std::string::npos) return nullptr;
  const auto instance = instances.find(path.substr(0, slash));
  if (instance == instances.end()) return nullptr;
  const auto index = static_cast<std::size_t>(path[slash + 5] - '0');
  const auto& disks = instance->second->disks;
  return index < disks.size() && !disks[index].gone ? &disks[index] : nullptr;
}

bool Provider::lose_instance() {
  if (instances.empty()) return false;
  const auto number = static_cast<std::ptrdiff_t>(world_.fault_chance.below(instances.size()));
  const auto lost = std::next(instances.begin(), number);
  world_.note("provider", "loses instance " + lost->second->token);
  lost_jobs.insert(lost->second->job);
  instances.erase(lost);
  return true;
}

void Provider::rot() {
  auto& chance = world_.fault_chance;
  std::vector<std::pair<std::string, InstanceDiskState*>> written;
  for (auto& [path, instance] : instances) {
    for (auto& disk : instance->disks) {
      if (std::ranges::any_of(disk.chunks, [](auto chunk) { return chunk != 0; })) {
        written.emplace_back(instance->token, &disk);
      }
    }
  }
  if (written.empty()) return;
  auto& [token, disk] = written[chance.below(written.size())];
  world_.note("provider", "a disk of instance " + token + " rots");
  ++disk->chunks[chance.below(disk->chunks.size())];
}

Result<> Provider::begin_call(Errc refused, const std::string& what) {
  auto& chance = world_.cloud_chance;
  world_.check_alive();
  const auto slow_us = world_.chaos ? chance.between(0, faults.slow_max_us) : 0;
  world_.sleep(chance.between(call_min_us, call_max_us) + slow_us);
  if (world_.chaos && chance.happens(faults.refuse)) {
    world_.note("provider", "refuses: " + what);
    return fail(refused, what + ": the provider is unavailable");
  }
  return {};
}

Result<> Provider::end_call(const std::string& what) {
  world_.sleep(world_.cloud_chance.between(call_min_us, call_max_us));
  if (world_.chaos && world_.cloud_chance.happens(faults.late_error)) {
    world_.note("provider", "does not answer, but has done: " + what);
    return fail(Errc::timeout, what + ": no answer");
  }
  return {};
}

}  // namespace ferry::sim
