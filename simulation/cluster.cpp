// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/cluster.hpp"

#include <algorithm>

#include <unistd.h>

#include "actors/controller/controller.hpp"
#include "actors/transition/transition_host.hpp"
#include "actors/worker/ens_importer.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "storage/enrolment.hpp"

namespace ferry::sim {
namespace {

constexpr std::uint64_t part_bytes = 64;  // an image has a few parts
constexpr std::int64_t restart_min_us = 300 * ms;
constexpr std::int64_t restart_max_us = 5 * seconds;
constexpr const char* activation = "at-simulated";

/// Memory, where there is such a file system: a run writes and syncs a database.
std::filesystem::path root_folder() {
  const std::filesystem::path memory{"/dev/shm"};
  std::error_code error;
  return std::filesystem::is_directory(memory, error) && ::access(memory.c_str(), W_OK) == 0
             ? memory
             : std::filesystem::temp_directory_path();
}

Inventory inventory_of(const Workload& workload) {
  Inventory inventory;
  inventory.hostname = "server";
  inventory.os_id = "debian";
  inventory.architecture = "x86_64";
  inventory.firmware = "bios";
  for (std::uint32_t i = 0; i < workload.disks; ++i) {
    DiskInfo disk;
    disk.index = i;
    disk.path = "disk" + std::to_string(i);
    disk.size = (i == 0 ? 20 : 2) * limits::gib;
    inventory.disks.push_back(disk);
  }
  return inventory;
}

}  // namespace

RunFolder::RunFolder()
    : before_(std::filesystem::current_path()),
      folder_(root_folder() / ("edgeferry-sim-" + std::to_string(::getpid()))) {
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_ / "controller");
  std::filesystem::current_path(folder_);
}

RunFolder::~RunFolder() {
  std::error_code ignored;
  std::filesystem::current_path(before_, ignored);
  std::filesystem::remove_all(folder_, ignored);
}

Cluster::Cluster(World& the_world, const Scenario& scenario)
    : world(the_world),
      wire(world),
      provider(world),
      effects{world, wire, provider, static_cast<std::int64_t>(scenario.chunk_ms * ms)} {
  config.name = "simulated";
  config.state = "controller";
  controller = &add("controller", Role::controller);
  operator_ = &add("operator", Role::operator_);
  for (std::uint32_t i = 1; i <= scenario.transitions; ++i) {
    add_transition("transition-" + std::to_string(i));
  }
  for (std::uint32_t i = 1; i <= scenario.workers; ++i) add_worker("worker-" + std::to_string(i));
  {
    Database database{std::filesystem::path{config.state} / "controller.db"};
    Enrolment{database}.create_activation(
        {activation, "", sha256("secret"), 1'000'000, 0, wall_ms(), wall_ms() + 86'400'000, false});
    Transaction all{database};
    for (const auto& workload : scenario.workloads) {
      for (std::uint32_t i = 0; i < workload.servers; ++i) add_server(workload, database);
    }
    all.commit();
  }
  add_controller();
  world.on_step = [this](SimulatedProcess& process) { wire.drain(process); };
  world.on_death = [this](SimulatedProcess& process) {
    world.after(world.fault_chance.between(restart_min_us, restart_max_us),
                [this, &process] { world.start(process); });
  };
}

void Cluster::start() {
  for (const auto& process : world.processes()) world.start(*process);
}

std::vector<std::string> Cluster::scratch_files() const {
  std::vector<std::string> files;
  for (const auto* worker : workers) {
    const auto scratch = std::filesystem::path{worker->name} / "scratch";
    if (!std::filesystem::exists(scratch)) continue;
    for (const auto& entry : std::filesystem::directory_iterator{scratch}) {
      files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

SimulatedProcess& Cluster::add(const std::string& name, Role role) {
  auto& process = world.add_process(name, role);
  process.keys = {"public key of " + name, "secret key of " + name};
  if (controller != nullptr) process.uplink = controller;
  return process;
}

void Cluster::add_controller() {
  controller->spawn = [this](SimulatedProcess& process) {
    for (const auto& other : world.processes()) {
      if (other->role != Role::agent && other.get() != controller) {
        process.bridge->enrol({other->name, other->role}, other->keys.public_key);
      }
    }
    return spawn_controller(world.system(),
                            {&config, process.bridge.get(), process.keys.public_key});
  };
}

void Cluster::add_transition(const std::string& name) {
  auto& node = add(name, Role::transition);
  transitions.push_back(&node);
  node.spawn = [this](SimulatedProcess& process) {
    TransitionOptions options;
    options.storage = make_storage(effects, process.name + "/instances");
    options.control = "sim://" + process.name + "/control";
    options.data = "sim://" + process.name + "/data";
    options.public_key = process.keys.public_key;
    options.bridge = process.bridge.get();
    return spawn_transition(world.system(), options, process.name);
  };
}

void Cluster::add_worker(const std::string& name) {
  auto& node = add(name, Role::worker);
  workers.push_back(&node);
  node.spawn = [this](SimulatedProcess& process) {
    WorkerOptions options;
    options.node = process.name;
    options.scratch = process.name + "/scratch";
    options.part_bytes = part_bytes;
    options.open_bucket = [this](const std::string&,
                                 const std::stop_token&) -> Result<std::shared_ptr<Bucket>> {
      return make_bucket(provider);
    };
    options.open_registry = [this](const std::string&) -> Result<std::shared_ptr<EnsRegistry>> {
      return make_registry(provider);
    };
    options.bridge = process.bridge.get();
    options.tools = make_image_tools(effects);
    return spawn_worker(world.system(), options);
  };
}

/// As if the server had been registered before the run.
void Cluster::add_server(const Workload& workload, Database& database) {
  const auto inventory = inventory_of(workload);
  const auto key = "public key of agent " + std::to_string(agents.size() + 1);
  const auto source =
      Enrolment{database}.register_source(activation, "secret", key, to_msgpack(inventory));
  auto& disks = provider.sources[source->id];
  for (std::uint32_t i = 0; i < workload.disks; ++i) {
    auto& disk = disks.emplace_back();
    for (std::uint32_t c = 0; c < workload.chunks; ++c)
      disk.push_back(world.work_chance.next() | 1);
  }
  auto& agent = add(source->id, Role::agent);
  agent.keys.public_key = key;
  agents.push_back(&agent);
  agent.spawn = [this, inventory](SimulatedProcess& process) {
    AgentOptions options;
    options.source = process.name;
    for (const auto& disk : inventory.disks) options.disks.push_back(disk.path);
    options.replication.keys = process.keys;
    options.read_inventory = [inventory](const InventoryOptions&) { return inventory; };
    options.replicate = make_copier(effects, process);
    return spawn_agent(world.system(), process.bridge.get(), options);
  };
}

}  // namespace ferry::sim
