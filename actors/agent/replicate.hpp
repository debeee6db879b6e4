// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Copies one disk to the transition instance and has the copy proven: the whole
// order of work on the source side, as one function that blocks. Everything it
// needs to resume is on the other side, so it may be stopped or killed anywhere
// and simply be called again.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "messages/transfer.hpp"
#include "replication/pass.hpp"
#include "transport/keys.hpp"

namespace ferry {

/// Shared by the copying thread and the actor that is asked how far it is.
class DiskSyncState {
 public:
  explicit DiskSyncState(std::uint32_t index) { told_.index = index; }

  PassControl control;                // may be changed while a pass runs
  std::atomic<bool> checksum{false};  // looked at when a pass ends
  PassProgress progress;              // of the pass that runs

  /// `free_bytes` are those that no pass reads, because no file system uses them.
  void enter(const std::string& phase, std::uint32_t pass, std::uint64_t free_bytes = 0);
  /// Adds the finished pass to the totals, so that `progress` can be used again.
  void end_pass();
  void verifying(std::uint64_t done, std::uint64_t total);
  void verified(const std::string& tree_root);
  [[nodiscard]] DiskProgress snapshot() const;

 private:
  mutable std::mutex mutex_;
  DiskProgress told_;
  std::uint64_t sent_before_ = 0;  // by earlier passes of this run
  std::uint64_t wire_before_ = 0;
  std::uint64_t free_bytes_ = 0;
};

struct ReplicationOptions {
  KeyPair keys;                       // of this agent
  std::filesystem::path work_folder;  // for digest tables; may be lost at any time
  bool allow_plain = false;
};

/// Copies disk `path` as `request` says. Returns once the transition instance has read
/// the target back and both digest trees are equal. Errors keep what is durable.
[[nodiscard]] Result<> replicate_disk(const SyncDisks& request, const SyncTarget& target,
                                      const std::string& path, const ReplicationOptions& options,
                                      DiskSyncState& state, const std::stop_token& stop);
using ReplicateDisk = std::function<Result<>(
    const SyncDisks& request, const SyncTarget& target, const std::string& path,
    const ReplicationOptions& options, DiskSyncState& state, const std::stop_token& stop)>;

}  // namespace ferry
