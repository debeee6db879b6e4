// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/controller/crew.hpp"

#include "actors/actor_tree.hpp"
#include "actors/heartbeat.hpp"
#include "actors/spawn.hpp"
#include "base/clock.hpp"

namespace ferry::test {
namespace {

std::int64_t wall_ahead_ms = 0;
std::int64_t steady_ahead_ms = 0;

/// All roles in one actor: each node publishes it under the paths of its own role.
class Player {
 public:
  static constexpr const char* actor_name = "player";

  Player(caf::event_based_actor*, std::string node, std::shared_ptr<Script> script)
      : node_(std::move(node)), script_(std::move(script)) {}

  caf::behavior make_behavior() {
    return {[this](const EnsureInstance& m) { return on(m); },
            [this](const ReleaseInstance& m) { return on(m); },
            [this](const EnsureMachine& m) { return on(m); },
            [this](const ReleaseMachine& m) { return on(m); },
            [this](const SyncDisks& m) { return on(m); },
            [this](const StopSync& m) { return on(m); },
            [this](const ExportImage& m) { return on(m); },
            [this](const DiscardExport& m) { return on(m); },
            [this](const ImportImage& m) { return on(m); },
            [this](const DiscardImport& m) { return on(m); },
            [this](const GetInventory& m) { return on(m); },
            [this](const LookAgain&) { return look_again(); },
            [this](const RemoveFound& m) { return on(m); }};
  }

 private:
  InstanceStatus on(const EnsureInstance& m) {
    script_->with([&](Script& s) { s.ensured.push_back(m); });
    InstanceStatus status{m.token, true, "tcp://127.0.0.1:1", "tcp://127.0.0.1:2", "key", {}};
    for (std::uint32_t i = 0; i < m.disk_bytes.size(); ++i) {
      status.disks.push_back({i, "/t/disk" + std::to_string(i) + ".raw", m.disk_bytes[i], {}});
    }
    return status;
  }
  caf::result<InstanceReleased> on(const ReleaseInstance& m) {
    return unless_refused(m, m.part, InstanceReleased{m.token}, [&](Script& s) {
      if (!m.part.empty()) return s.parts.push_back(m.token + "/" + m.part);
      s.released.push_back(m);
    });
  }
  MachineStatus on(const EnsureMachine& m) {
    MachineStatus status;
    status.token = m.token;
    status.epoch = m.epoch;
    status.id = "i-of-" + m.token;
    status.address = "203.0.113.9";
    status.type = "ecs.n1.small";
    for (std::size_t i = 0; i < m.disks_gib.size(); ++i) {
      status.disks.push_back({"d-" + std::to_string(i), std::to_string(i)});
    }
    script_->with([&](Script& s) {
      s.machines.push_back(m);
      finish(status, s.machine_state, s.failure);
    });
    return status;
  }
  caf::result<MachineStatus> on(const ReleaseMachine& m) {
    MachineStatus status;
    status.token = m.token;
    status.epoch = m.epoch;
    status.state = "gone";
    return unless_refused(m, {}, status, [&](Script& s) { s.released_machines.push_back(m); });
  }
  SyncStatus on(const SyncDisks& m) {
    SyncStatus status;
    status.job = m.job;
    status.epoch = m.epoch;
    for (const auto& disk : m.disks) {
      status.disks.emplace_back();
      status.disks.back().index = disk.index;
      status.disks.back().phase = "verified";
      status.disks.back().tree_root = "aa";
    }
    script_->with([&](Script& s) {
      note_trace(s, m.job);
      s.syncs.push_back(m);
      status.file_passes = s.file_passes;
      for (auto& disk : status.disks) disk.bytes_done = s.copied;
      finish(status, s.sync_state, s.failure);
    });
    return status;
  }
  SyncStatus on(const StopSync& m) {
    script_->with([&](Script& s) { s.stops.push_back(m); });
    SyncStatus status;
    status.job = m.job;
    status.epoch = m.epoch;
    status.state = "stopped";
    return status;
  }
  ExportStatus on(const ExportImage& m) {
    ExportStatus status;
    status.job = m.job;
    status.epoch = m.epoch;
    for (const auto& disk : m.disks) {
      status.objects.push_back(
          {disk.index, m.image + std::to_string(disk.index), 1, 1, "bb", "aa"});
    }
    script_->with([&](Script& s) {
      note_trace(s, m.job);
      s.exports.emplace_back(node_, m);
      const bool fails = s.exports_that_fail > 0;
      if (fails) --s.exports_that_fail;
      finish(status, fails ? "failed" : s.export_state, s.failure);
      status.console.assign(s.console.begin(), s.console.end());
    });
    return status;
  }
  caf::result<Done> on(const DiscardExport& m) {
    return unless_refused(m, m.part, Done{}, [&](Script& s) {
      if (!m.part.empty()) return s.parts.push_back("e-" + m.image.substr(2) + "/" + m.part);
      s.discarded_exports.emplace_back(node_, m);
    });
  }
  ImportStatus on(const ImportImage& m) {
    ImportStatus status;
    status.job = m.job;
    status.epoch = m.epoch;
    status.image = "m-of-" + m.token;
    status.path = "/ens/" + status.image;
    script_->with([&](Script& s) {
      note_trace(s, m.job);
      s.imports.emplace_back(node_, m);
      finish(status, s.import_state, s.failure);
    });
    return status;
  }
  caf::result<Done> on(const DiscardImport& m) {
    return unless_refused(m, {}, Done{},
                          [&](Script& s) { s.discarded_imports.emplace_back(node_, m); });
  }
  NodeInventory on(const GetInventory& m) {
    return script_->with([&](Script& s) {
      s.looks.emplace_back(node_, m);
      return NodeInventory{node_, node_.starts_with("t-") ? "transition" : "worker", s.found[node_],
                           0};
    });
  }
  caf::result<ReportInventory> look_again() {
    return script_->with([&](Script& s) -> caf::result<ReportInventory> {
      ++s.looks_again;
      if (s.look_failure.code != Errc::none) return to_caf(s.look_failure);
      return ReportInventory{node_, s.server};
    });
  }
  Done on(const RemoveFound& m) {
    script_->with([&](Script& s) {
      s.removed.emplace_back(node_, m);
      std::erase_if(s.found[node_], [&](const auto& found) { return found.name == m.name; });
    });
    return {};
  }

  static void note_trace(Script& s, const std::string& job) {
    s.traces.emplace(job, trace::trace_text(trace::current()));
  }

  template <class Answer, class Request, class Note>
  caf::result<Answer> unless_refused(const Request&, const std::string& part, const Answer& answer,
                                     Note note) {
    return script_->with([&](Script& s) -> caf::result<Answer> {
      note(s);
      const bool meant = (s.refused_type.empty() || s.refused_type == Request::wire_name) &&
                         (s.refused_part.empty() || s.refused_part == part);
      if (meant && s.refusal.code != Errc::none) return to_caf(s.refusal);
      return answer;
    });
  }

  template <class Status>
  static void finish(Status& status, const std::string& state, const Error& failure) {
    status.state = state;
    if (state != "failed") return;
    status.error_code = static_cast<std::uint16_t>(failure.code);
    status.error = failure.what;
  }

  std::string node_;
  std::shared_ptr<Script> script_;
};

}  // namespace

FastClock::FastClock() { set_clocks_ahead_for_test(wall_ahead_ms = 0, steady_ahead_ms = 0); }
FastClock::~FastClock() { set_clocks_ahead_for_test(0, 0); }
void FastClock::pass(std::chrono::milliseconds time) {
  set_clocks_ahead_for_test(wall_ahead_ms += time.count(), steady_ahead_ms += time.count());
}
void FastClock::set(std::chrono::milliseconds by) {
  set_clocks_ahead_for_test(wall_ahead_ms += by.count(), steady_ahead_ms);
}

// -- one node --------------------------------------------------------------------------

FakeNode::FakeNode(Office& office, const std::string& node, Role role,
                   std::shared_ptr<Script> script, const KeyPair& keys)
    : system_(*office.live) {
  office.bridge->enrol({node, role}, keys.public_key);
  auto started = Bridge::start(system_, {node, keys, {}});
  REQUIRE(started);
  bridge_ = std::move(*started);
  bridge_->connect({"controller", Role::controller}, office.bridge->endpoint(),
                   office.keys.public_key);
  player_ = spawn_actor<Player>(system_, node, std::move(script));
  for (const auto* path : {"instances", "sync", "exporter", "importer", "machines", "inventory"}) {
    bridge_->publish(path, player_, {{Role::controller}});
  }
  HeartbeatOptions heartbeat{node, std::string{to_string(role)}, std::make_shared<ActorTree>()};
  heartbeat.interval = std::chrono::milliseconds{200};
  heartbeat_ = spawn_actor<Heartbeat>(system_, bridge_.get(), heartbeat);
}
FakeNode::~FakeNode() {
  kill_and_wait(system_, heartbeat_);
  kill_and_wait(system_, player_);
  bridge_.reset();
}

// -- all nodes -------------------------------------------------------------------------

Crew::~Crew() { office.stop(); }

void Crew::start() {
  office.start();
  transition = std::make_unique<FakeNode>(office, "t-1", Role::transition, script);
  worker = std::make_unique<FakeNode>(office, "w-1", Role::worker, script);
  agent = std::make_unique<FakeNode>(office, source, Role::agent, script, source_keys);
  REQUIRE(eventually([&] { return office.source(source).state != "Unavailable"; }));
}

bool Crew::becomes(const std::string& id, const std::string& status) {
  return eventually([&] {
    const auto job = office.job(id);
    return job && (job->status == status || job->business_status == status);
  });
}

void Crew::pass(std::chrono::milliseconds time) {
  FastClock::pass(time);
  REQUIRE(eventually([&] { return office.source(source).state != "Unavailable"; }));
}

std::vector<StoredResource> open_rows(Crew& crew, const std::string& id) {
  crew.office.stop();
  auto rows = crew.office.with_database(
      [&](Database& database) { return Journal{database}.open_resources(id); });
  crew.office.start();
  return rows;
}

}  // namespace ferry::test
