// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Transition instances and the receiving end of the data plane.
#include <algorithm>
#include <cstring>

#include "simulation/effects.hpp"

namespace ferry::sim {
namespace {

constexpr std::size_t table_entry_bytes = 16;  // of the digest table, a chunk

class SimulatedDisks : public InstanceDisks {
 public:
  SimulatedDisks(Effects& effects, std::string folder, std::shared_ptr<InstanceState> state)
      : effects_(effects),
        folder_(std::move(folder)),
        state_(std::move(state)),
        owner_(effects.world.current()),
        life_(owner_->incarnation) {}

  [[nodiscard]] std::vector<InstanceDisk> list() const override {
    std::vector<InstanceDisk> list;
    for (std::uint32_t i = 0; i < state_->disks.size(); ++i) {
      list.push_back({i, folder_ + "/disk" + std::to_string(i) + ".raw", sizes.at(i), {}});
    }
    return list;
  }
  [[nodiscard]] std::vector<std::uint64_t> parts() const override { return sizes; }
  Result<> open_session(const SessionKey& key, const OpenTransfer& request) override {
    effects_.world.check_alive();
    if (keeps(Protection::fence) && key.epoch < state_->newest_epoch) {
      return fail(Errc::fenced, "a newer epoch had a session on this disk");
    }
    auto& disk = state_->disks.at(request.disk);
    disk.session = key.id;
    disk.session_epoch = key.epoch;
    state_->newest_epoch = std::max(state_->newest_epoch, key.epoch);
    return {};
  }
  void close_session(std::uint64_t session) override {
    if (!owner_->lives(life_)) return;
    for (auto& disk : state_->disks) {
      if (disk.session == session) disk.session = 0;
    }
  }
  Result<std::string> digests(std::uint32_t disk, std::uint64_t first_chunk,
                              std::uint32_t count) override {
    const auto& table = state_->disks.at(disk).table;
    std::string bytes;
    for (auto i = first_chunk; i < std::min<std::uint64_t>(first_chunk + count, table.size());
         ++i) {
      bytes.append(reinterpret_cast<const char*>(&table[i]), sizeof table[i]);
      bytes.append(table_entry_bytes - sizeof table[i], '\0');
    }
    return bytes;
  }
  Result<VerifyResult> verify(std::uint32_t index, VerifyProgress& progress,
                              const std::stop_token& stop) override {
    auto& disk = state_->disks.at(index);
    VerifyResult result;
    for (std::size_t i = 0; i < disk.chunks.size(); ++i) {
      effects_.world.sleep(effects_.chunk_us / 4);
      if (stop.stop_requested()) return fail(Errc::canceled, "verification is stopped");
      if (disk.table[i] != disk.chunks[i]) {
        disk.table[i] = disk.chunks[i];
        result.bad_chunks.push_back(i);
      }
      progress.bytes_checked = sizes.at(index) * (i + 1) / disk.chunks.size();
    }
    result.bad_chunks_total = result.bad_chunks.size();
    result.root = root_of(disk.chunks);
    return result;
  }
  Result<SealedDisk> seal(std::uint32_t place, const std::vector<ProvenFiles>&, VerifyProgress&,
                          const std::stop_token&) override {
    return fail(Errc::invalid_argument, "disk " + std::to_string(place) + " was not made");
  }

  std::vector<std::uint64_t> sizes;  // bytes that the product believes in

 private:
  Effects& effects_;
  std::string folder_;
  std::shared_ptr<InstanceState> state_;
  SimulatedProcess* owner_;
  std::uint64_t life_;
};

class SimulatedStorage : public InstanceStorage {
 public:
  SimulatedStorage(Effects& effects, std::string folder)
      : effects_(effects), folder_(std::move(folder)) {}

  [[nodiscard]] bool released(const std::string& token) const override {
    return effects_.provider.tombstones.contains(path(token));
  }
  [[nodiscard]] Result<std::vector<FoundResource>> list() const override {
    std::vector<FoundResource> found;
    for (const auto& [path, instance] : effects_.provider.instances) {
      if (path.starts_with(folder_ + "/")) {
        found.push_back({"instance", instance->token, instance->token, 0, 0});
      }
    }
    return found;
  }
  [[nodiscard]] Result<> find(const std::string& token, std::size_t) const override {
    if (effects_.provider.instances.contains(path(token))) return {};
    return fail(Errc::instance_gone, path(token) + " is gone");
  }
  Result<std::shared_ptr<InstanceDisks>> open(const EnsureInstance& request,
                                              const std::stop_token& stop) override {
    auto& provider = effects_.provider;
    if (auto done = provider.begin_call(Errc::disk_full, "make instance"); !done)
      return fail(done.error());
    auto& world = effects_.world;
    if (!request.create && !provider.instances.contains(path(request.token))) {
      return fail(Errc::instance_gone, path(request.token) + " is gone");
    }
    auto& state = provider.instances[path(request.token)];
    if (!state) {
      if (world.chaos && world.cloud_chance.happens(provider.faults.full)) {
        provider.instances.erase(path(request.token));
        return fail(Errc::disk_full, "no space for " + path(request.token));
      }
      state = std::make_shared<InstanceState>();
      state->token = request.token;
      state->job = request.job;
      const auto& source = provider.sources.at(request.source);
      for (std::size_t i = 0; i < request.disk_bytes.size(); ++i) {
        const auto count = source.at(i).size();
        state->disks.push_back({Chunks(count, 0), Chunks(count, 0), 0, 0, false});
      }
      provider.make_watched("instance", request.token, request.job);
    }
    // Whoever had it open before is dead, and its sessions are with it.
    for (auto& disk : state->disks) disk.session = 0;
    auto disks = std::make_shared<SimulatedDisks>(effects_, path(request.token), state);
    disks->sizes = request.disk_bytes;
    if (auto done = provider.end_call("make instance"); !done) return fail(done.error());
    if (stop.stop_requested()) return fail(Errc::canceled, "opening is stopped");
    return disks;
  }
  Result<> release_disk(const std::string& token, std::uint32_t disk) override {
    effects_.world.check_alive();
    auto& provider = effects_.provider;
    provider.tombstones.insert(path(token));
    if (auto done = provider.begin_call(Errc::disk_write_failed, "release disk"); !done) {
      return done;
    }
    const auto instance = provider.instances.find(path(token));
    if (instance != provider.instances.end()) instance->second->disks.at(disk).gone = true;
    return provider.end_call("release disk");
  }
  Result<> release(const std::string& token) override {
    effects_.world.check_alive();
    effects_.provider.tombstones.insert(path(token));
    if (auto done = effects_.provider.begin_call(Errc::disk_write_failed, "release instance");
        !done) {
      return done;
    }
    effects_.provider.instances.erase(path(token));
    return effects_.provider.end_call("release instance");
  }

 private:
  [[nodiscard]] std::string path(const std::string& token) const { return folder_ + "/" + token; }

  Effects& effects_;
  std::string folder_;
};

}  // namespace

std::shared_ptr<InstanceStorage> make_storage(Effects& effects, std::string folder) {
  return std::make_shared<SimulatedStorage>(effects, std::move(folder));
}

bool write_chunk(Effects& effects, const DataChunk& message) {
  auto& world = effects.world;
  for (auto& [path, instance] : effects.provider.instances) {
    for (auto& disk : instance->disks) {
      if (disk.session != message.session) continue;
      if (effects.provider.watch != nullptr) {
        effects.provider.watch->on_write(*instance, disk.session_epoch);
      }
      const bool rots = world.chaos && world.cloud_chance.happens(effects.provider.faults.rot);
      disk.chunks.at(message.chunk) = rots ? message.value + 1 : message.value;
      disk.table.at(message.chunk) = message.value;
      return true;
    }
  }
  return false;
}

}  // namespace ferry::sim
