// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A cluster whose bucket is OSS, whose registry is ENS, and that may rent machines of ECS: all of
// them emulated, by a cloud within the test.
#pragma once

#include <functional>

#include "tests/cloud_emulator/front.hpp"
#include "tests/cloud_emulator/machines.hpp"
#include "tests/cloud_emulator/worker.hpp"
#include "tests/cluster/cluster.hpp"

namespace ferry::cluster_test {

struct CloudPlan {
  bool machines = false;  // jobs rent them
  bool role = false;      // workers have keys of their instance's role, and none else
  std::string more = {};  // further keys of [machines]
  std::int64_t tick_ms = 100;
  bool native = false;          // the cloud makes images of the machines' disks; with `machines`
  std::uint64_t gib_bytes = 0;  // in disk files, for each GiB; 0: the fewest that do
  std::filesystem::path crash_folder = {};  // as in Plan; of machines as well
};

struct EmulatedCloud {
  static constexpr auto bucket = "smc-transit";
  static constexpr auto secret = "planted-secret-0123456789";

  TempFolder folder;
  std::filesystem::path disk = folder.path() / "system.raw";  // of the source server
  emulator::ObjectStore store{folder.path() / "oss"};
  emulator::World world;
  emulator::Worker worker{world, store};
  emulator::Faults faults;
  emulator::Front front{world, store, faults, {{"test-id", secret, {}}}, 0};
  std::unique_ptr<Cluster> cluster;

  explicit EmulatedCloud(const CloudPlan& plan = {});
  ~EmulatedCloud();

  /// All of a kind, as the service shows it.
  [[nodiscard]] std::vector<emulator::Json> all(const char* kind);
  [[nodiscard]] std::vector<emulator::Json> images() { return all(emulator::kind::ens_image); }
  /// The folder in which the emulated ENS keeps an image.
  [[nodiscard]] std::filesystem::path folder_of(const emulator::Json& image) const;
  /// What is left of jobs, but for images that are kept: objects, uploads, machines, networks, and
  /// what images of disks are made of.
  [[nodiscard]] std::string temporary();
  /// An instance that nobody has rented, with no processes but one that waits. Returns its id.
  [[nodiscard]] std::string own_instance();
  /// What else runs on an instance.
  [[nodiscard]] std::string processes_of(const std::string& instance);
  void trouble(const char* action, const char* kind);
  void set(const std::function<void(emulator::Settings&)>& change);
};

/// The one qcow2 file below a folder.
[[nodiscard]] std::filesystem::path qcow2_below(const std::filesystem::path& folder);

}  // namespace ferry::cluster_test
