// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Copies one disk to the transition instance and has the copy proven: the whole
// order of work on the source side, as one function that blocks. Everything it
// needs to resume is on the other side, so it may be stopped or killed anywhere
// and simply be called again.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "actors/agent/data_session.hpp"
#include "actors/agent/disk_sync_state.hpp"
#include "messages/transfer.hpp"

namespace ferry {

/// A range of a source disk that goes over as blocks.
struct SourceRange {
  std::string path;              // of the disk
  std::uint64_t disk_bytes = 0;  // its size as the job was made for
  std::uint64_t offset = 0;      // of the range
  std::uint64_t bytes = 0;       // of the range
  bool all_used = false;         // whatever file systems say
};
/// Copies it into target `index`, which has `target_bytes`. Returns the root of the digest tree
/// once the transition instance has read the target back and both trees are equal. Errors keep what
/// is durable.
[[nodiscard]] Result<std::string> replicate_blocks(const SyncDisks& request,
                                                   const SourceRange& range, std::uint32_t index,
                                                   std::uint64_t target_bytes,
                                                   const ReplicationOptions& options,
                                                   DiskSyncState& state,
                                                   const std::stop_token& stop);

/// Copies disk `path` as `request` says. Returns once the transition instance has read
/// the target back and both digest trees are equal. Errors keep what is durable.
[[nodiscard]] Result<> replicate_disk(const SyncDisks& request, const SyncTarget& target,
                                      const std::string& path, const ReplicationOptions& options,
                                      DiskSyncState& state, const std::stop_token& stop);
using ReplicateDisk = std::function<Result<>(
    const SyncDisks& request, const SyncTarget& target, const std::string& path,
    const ReplicationOptions& options, DiskSyncState& state, const std::stop_token& stop)>;

}  // namespace ferry
