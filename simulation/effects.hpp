// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the product's actors do to the outside, done to the simulated provider.
#pragma once

#include "actors/agent/disk_sync.hpp"
#include "actors/transition/instance_storage.hpp"
#include "actors/worker/image_exporter.hpp"
#include "simulation/provider.hpp"
#include "simulation/wire.hpp"

namespace ferry::sim {

struct Effects {
  World& world;
  SimulatedWire& wire;
  Provider& provider;
  std::int64_t chunk_us = 200 * ms;  // that one chunk takes to be copied or converted
};

/// The disks of transition instances under `folder`.
[[nodiscard]] std::shared_ptr<InstanceStorage> make_storage(Effects& effects, std::string folder);
/// Copies a source disk chunk by chunk, by real requests to the instance's control end.
[[nodiscard]] ReplicateDisk make_copier(Effects& effects, SimulatedProcess& agent);
/// Writes and compares image files that hold a disk's chunks as text.
[[nodiscard]] ImageTools make_image_tools(Effects& effects);

/// What the data plane carries to an instance's disk.
struct DataChunk {
  std::string data;  // endpoint
  std::uint64_t session = 0;
  std::uint64_t chunk = 0;
  std::uint64_t value = 0;
};
/// Returns whether the session is open and the chunk was taken.
[[nodiscard]] bool write_chunk(Effects& effects, const DataChunk& message);

}  // namespace ferry::sim
