// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The agent's side of a job while its transition instance can't be reached: what
// starts, what stays ended, and what is told.
#include "actors/agent/disk_sync.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "actors/spawn.hpp"
#include "base/log.hpp"
#include "tests/actors/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr std::uint64_t disk_bytes = 1 << 20;

struct Agent {
  Folder folder;
  LiveSystem live;
  caf::actor actor;

  explicit Agent(std::chrono::milliseconds lease = limits::work_lease,
                 const ReplicateDisk& replicate = replicate_disk) {
    log::start("test", log::Level::error);
    const auto disk = folder.path() / "disk.raw";
    std::ofstream{disk} << "data";
    std::filesystem::resize_file(disk, disk_bytes);
    AgentOptions options;
    options.source = "s-1";
    options.disks = {disk.string()};
    options.replication.keys = make_key_pair();
    options.replication.work_folder = folder.path();
    options.lease = lease;
    options.replicate = replicate;
    actor = spawn_actor<DiskSync, caf::detached>(*live, options, std::string{"j-1"});
  }
  ~Agent() { kill_and_wait(*live, actor); }

  Result<SyncStatus> sync(std::uint64_t epoch, std::uint32_t disk = 0, bool checksum = false) {
    SyncDisks request;
    request.job = "j-1";
    request.epoch = epoch;
    request.token = "i-1";
    request.control = request.data = "tcp://127.0.0.1:1";  // nobody can listen there
    request.public_key = make_key_pair().public_key;
    request.digest_key = std::string(32, 'k');
    request.disks = {{disk, disk_bytes, disk_bytes}};
    request.transfer.checksum = checksum;
    return ask<SyncStatus>(*live, actor, request);
  }
  Result<SyncStatus> stop(std::uint64_t epoch) {
    return ask<SyncStatus>(*live, actor, StopSync{"j-1", epoch});
  }
  bool becomes(const std::string& state, std::uint64_t epoch) {
    return eventually([&] { return stop(epoch)->state == state; });
  }
};

}  // namespace

TEST_CASE("copying starts once for each epoch, and older ones are fenced") {
  Agent agent;
  const auto first = agent.sync(1);
  REQUIRE(first);
  CHECK(first->state == "running");
  REQUIRE(first->disks.size() == 1);
  CHECK(agent.sync(1)->state == "running");
  const auto second = agent.sync(3);
  REQUIRE(second);
  CHECK(second->epoch == 3);
  CHECK(second->state == "running");
  CHECK(agent.sync(2).error().code == Errc::fenced);
  CHECK(agent.sync(3)->state == "running");
}

TEST_CASE("what was stopped stays stopped, and a newer epoch starts") {
  Agent agent;
  REQUIRE(agent.sync(1));
  REQUIRE(agent.stop(2));
  CHECK(agent.becomes("stopped", 2));
  CHECK(agent.sync(1).error().code == Errc::fenced);
  CHECK(agent.sync(2).error().code == Errc::fenced);
  CHECK(agent.sync(3)->state == "running");
  CHECK(agent.stop(2)->state == "running");
}

TEST_CASE("a stop that comes first keeps the start that comes late from starting") {
  Agent agent;
  CHECK(agent.stop(4)->state == "stopped");
  CHECK(agent.sync(4).error().code == Errc::fenced);
}

TEST_CASE("a disk that this server has not got fails in words") {
  Agent agent;
  REQUIRE(agent.sync(1, 7));
  Result<SyncStatus> status = agent.sync(1, 7);
  CHECK(eventually([&] {
    status = agent.sync(1, 7);
    return status && status->state == "failed";
  }));
  CHECK(status->error_code == static_cast<std::uint16_t>(Errc::disk_missing));
  CHECK(status->error.find("disk 7") != std::string::npos);
  CHECK(!status->fix.empty());
}

TEST_CASE("copying that nobody asks about ends, and what is asked about goes on") {
  Agent agent{std::chrono::seconds{1}};
  REQUIRE(agent.sync(1));
  const auto still_there = [&] { return agent.sync(1).has_value(); };
  for (int i = 0; i < 15; ++i) {
    CHECK(still_there());
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  caf::scoped_actor self{*agent.live};
  self->monitor(agent.actor);
  bool ended = false;
  self->receive([&](const caf::down_msg& down) { ended = !down.reason; },
                caf::after(std::chrono::seconds{10}) >> [] {});
  CHECK(ended);
}

TEST_CASE("the checksum switch reaches a copy that runs") {
  std::atomic<bool> seen{false};
  Agent agent{limits::work_lease,
              [&](const SyncDisks& request, const SyncTarget&, const std::string&,
                  const ReplicationOptions&, DiskSyncState& state, const std::stop_token& stop) {
                CHECK_FALSE(request.transfer.checksum);
                while (!state.checksum && !stop.stop_requested()) {
                  std::this_thread::sleep_for(std::chrono::milliseconds{5});
                }
                seen = state.checksum.load();
                return Result<>{};
              }};
  REQUIRE(agent.sync(1));
  REQUIRE(agent.sync(1, 0, true));
  CHECK(eventually([&] { return seen.load(); }));
}
