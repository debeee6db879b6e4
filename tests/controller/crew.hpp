// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Nodes that answer the controller over real links as if their work were done, and
// remember what was asked of them; and a wall clock that tests can set forward.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "messages/catalogue.hpp"
#include "tests/controller/office.hpp"

namespace ferry::test {

/// Days and hours pass at once while this object lives.
class FastClock {
 public:
  FastClock();
  ~FastClock();
  FastClock(const FastClock&) = delete;
  FastClock& operator=(const FastClock&) = delete;

  static void pass(std::chrono::milliseconds time);
  /// Somebody sets the wall clock forward or back, and no time passes.
  static void set(std::chrono::milliseconds by);
};

/// What nodes answer and what they were asked, shared by the nodes of one test.
struct Script {
  std::mutex mutex;
  std::string sync_state = "verified";
  std::string export_state = "done";
  std::string import_state = "done";
  std::uint32_t exports_that_fail = 0;  // before `export_state` is told
  Error failure;                        // told with the state "failed"
  std::string console;                  // of a boot proof, told with every state of an export
  std::vector<FilePass> file_passes;    // told with every state of a sync
  std::uint64_t copied = 0;             // bytes of each disk, the same
  std::vector<SyncDisks> syncs;
  std::vector<StopSync> stops;
  std::vector<std::pair<std::string, ExportImage>> exports;  // with the worker's name
  std::vector<std::pair<std::string, ImportImage>> imports;
  std::vector<std::pair<std::string, DiscardExport>> discarded_exports;
  std::vector<std::pair<std::string, DiscardImport>> discarded_imports;
  std::vector<EnsureInstance> ensured;
  std::vector<ReleaseInstance> released;
  std::string machine_state = "done";
  std::vector<EnsureMachine> machines;  // asked for, or looked for
  std::vector<ReleaseMachine> released_machines;
  Error refusal;                   // of releases, while it has a code ...
  std::string refused_type = {};   // ... of this message only; "": all
  std::string refused_part = {};   // ... and of this part only; "": all
  std::vector<std::string> parts;  // asked to be released, such as "i-1/disk0"
  std::map<std::string, std::vector<FoundResource>> found;  // by node
  std::vector<std::pair<std::string, GetInventory>> looks;
  std::vector<std::pair<std::string, RemoveFound>> removed;
  Inventory server = small_server();  // what the agent finds when it looks again, or ...
  Error look_failure;                 // ... why it can't, while that has a code
  std::uint32_t looks_again = 0;
  std::set<std::pair<std::string, std::string>> traces;  // of jobs, by which work was asked for

  /// Reads or writes under the lock.
  template <class F>
  auto with(F f) {
    const std::lock_guard lock{mutex};
    return f(*this);
  }
  void set(std::string Script::*state, const std::string& value) {
    with([&](Script& s) { s.*state = value; });
  }
};

/// A node with its own link to the office, until it is destroyed. It plays all roles, and
/// is asked under the paths of its own.
class FakeNode {
 public:
  FakeNode(Office& office, const std::string& node, Role role, std::shared_ptr<Script> script,
           const KeyPair& keys = make_key_pair());
  ~FakeNode();
  FakeNode(const FakeNode&) = delete;
  FakeNode& operator=(const FakeNode&) = delete;

 private:
  caf::actor_system& system_;
  std::unique_ptr<Bridge> bridge_;
  caf::actor player_;
  caf::actor heartbeat_;
};

/// An office with one node of each role and one source server. The histories of
/// histories.hpp name the nodes t-1 and w-1.
class Crew {
 public:
  /// For offices of which a node goes away for long.
  static constexpr std::chrono::milliseconds short_answer_time{500};

  FastClock clock;
  Office office;
  std::shared_ptr<Script> script = std::make_shared<Script>();
  KeyPair source_keys = make_key_pair();
  std::string source = office.add_source(source_keys.public_key);
  std::unique_ptr<FakeNode> transition, worker, agent;

  ~Crew();

  void start();
  bool becomes(const std::string& id, const std::string& status);
  /// As when an agent sends one more heartbeat after time has passed.
  void pass(std::chrono::milliseconds time);
};

/// What the job holds by the ledger, read while no actor has it.
std::vector<StoredResource> open_rows(Crew& crew, const std::string& id);

}  // namespace ferry::test
