// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How far the copying of one disk is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "messages/job.hpp"
#include "messages/transfer.hpp"
#include "replication/pass.hpp"

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
  /// How long file systems will be held still, and how long they were.
  void pause_expected(std::chrono::milliseconds time);
  void paused(std::chrono::milliseconds time);
  /// A level of docs/consistency.md; of several parts of a disk the weakest counts.
  void consistency(const std::string& level);
  /// A pass over a mount point's files has ended, and so many are not copied as they are; `first`
  /// are some of them.
  void file_issues(const std::string& mount_point, std::uint64_t total,
                   const std::vector<Error>& first);
  /// A part of a disk made anew is proven.
  void proven(const ProvenFiles& files);
  void proven(const ProvenBlocks& blocks);
  /// The target has said which of them it has listed, too.
  void certified(std::vector<ProvenFiles> files);
  void verifying(std::uint64_t done, std::uint64_t total);
  void verified(const std::string& tree_root);
  /// It goes over whole, so that what is told of it has a map.
  void has_map();
  [[nodiscard]] DiskProgress snapshot() const;
  /// What a pass that runs has waited for most lately; "" if none does.
  [[nodiscard]] std::string bottleneck(std::int64_t steady_ms);
  /// Those with issues, the first limits::file_passes_told_max.
  [[nodiscard]] std::vector<FilePass> file_passes() const;

 private:
  struct FileIssues {
    std::uint64_t total = 0;
    std::vector<ToldFileIssue> first;
  };

  [[nodiscard]] bool in_pass() const;

  mutable std::mutex mutex_;
  DiskProgress told_;
  std::map<std::string, FileIssues> file_issues_;  // by mount point
  std::vector<FilePass> file_passes_;
  std::uint64_t sent_before_ = 0;  // by earlier passes of this run
  std::uint64_t wire_before_ = 0;
  std::uint64_t free_bytes_ = 0;
  bool has_map_ = false;
  BottleneckWindow bottleneck_;
};

}  // namespace ferry
