// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/disk_sync_state.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry {

void DiskSyncState::enter(const std::string& phase, std::uint32_t pass, std::uint64_t free_bytes) {
  const std::lock_guard lock{mutex_};
  free_bytes_ = free_bytes;
  progress.unconfirmed_bytes = 0;  // whoever goes on after a pass that broke off says so itself
  told_.phase = phase;
  told_.pass = pass;
}

void DiskSyncState::end_pass() {
  const std::lock_guard lock{mutex_};
  sent_before_ += progress.bytes_sent_raw;
  wire_before_ += progress.wire_bytes;
  told_.bytes_total = progress.bytes_total;
  told_.bytes_done = progress.bytes_durable;
  told_.bytes_skipped = free_bytes_ + progress.bytes_skipped_zero + progress.bytes_skipped_equal;
  for (auto* counter : {&progress.bytes_total, &progress.bytes_read, &progress.bytes_sent_raw,
                        &progress.bytes_durable, &progress.bytes_skipped_zero,
                        &progress.bytes_skipped_equal, &progress.bytes_zeroed, &progress.wire_bytes,
                        &progress.chunks, &progress.files_total, &progress.files_done}) {
    *counter = 0;
  }
}

void DiskSyncState::pause_expected(std::chrono::milliseconds time) {
  const std::lock_guard lock{mutex_};
  told_.pause_expected_ms = time.count();
}

void DiskSyncState::paused(std::chrono::milliseconds time) {
  const std::lock_guard lock{mutex_};
  told_.pause_ms = std::max<std::int64_t>(told_.pause_ms, 0) + time.count();
}

void DiskSyncState::consistency(const std::string& level) {
  constexpr std::array<std::string_view, 7> weakest_first{
      "moving", "files", "stable", "snapshot", "frozen", "application", "at_rest"};
  const std::lock_guard lock{mutex_};
  const auto now = std::ranges::find(weakest_first, told_.consistency);
  if (std::ranges::find(weakest_first, level) < now) told_.consistency = level;
}

void DiskSyncState::file_issues(const std::string& mount_point, std::uint64_t total,
                                const std::vector<Error>& first) {
  const std::lock_guard lock{mutex_};
  auto& issues = file_issues_[mount_point];
  issues = {total, {}};
  for (const auto& issue : first) {
    auto what = escaped(mount_point + ": " + issue.what);
    if (what.size() > limits::file_issue_bytes_max) {
      what.resize(limits::file_issue_bytes_max);
      what = escaped(what) + "...";  // the cut may have gone through a character
    }
    issues.first.push_back({static_cast<std::uint16_t>(issue.code), std::move(what)});
  }
  if (total != 0 && file_passes_.size() < limits::file_passes_told_max) {
    file_passes_.push_back({mount_point, told_.pass, total,
                            issues.first.empty() ? std::string{} : issues.first.front().what});
  }
  told_.file_issues = 0;
  told_.first_file_issues.clear();
  for (const auto& [point, known] : file_issues_) {
    told_.file_issues += known.total;
    for (const auto& issue : known.first) {
      if (told_.first_file_issues.size() == limits::file_issues_told_max) break;
      told_.first_file_issues.push_back(issue);
    }
  }
}

std::vector<FilePass> DiskSyncState::file_passes() const {
  const std::lock_guard lock{mutex_};
  return file_passes_;
}

void DiskSyncState::proven(const ProvenFiles& files) {
  const std::lock_guard lock{mutex_};
  told_.files.push_back(files);
}

void DiskSyncState::proven(const ProvenBlocks& blocks) {
  const std::lock_guard lock{mutex_};
  told_.blocks.push_back(blocks);
}

void DiskSyncState::certified(std::vector<ProvenFiles> files) {
  const std::lock_guard lock{mutex_};
  told_.files = std::move(files);
}

void DiskSyncState::verifying(std::uint64_t done, std::uint64_t total) {
  const std::lock_guard lock{mutex_};
  told_.phase = "verifying";
  told_.bytes_done = done;
  told_.bytes_total = total;
}

void DiskSyncState::verified(const std::string& tree_root) {
  const std::lock_guard lock{mutex_};
  told_.phase = "verified";
  told_.tree_root = tree_root;
}

void DiskSyncState::has_map() {
  const std::lock_guard lock{mutex_};
  has_map_ = true;
}

bool DiskSyncState::in_pass() const {
  constexpr std::array<std::string_view, 4> passes{"copying", "settling", "snapshot", "frozen"};
  return std::ranges::find(passes, told_.phase) != passes.end();
}

std::string DiskSyncState::bottleneck(std::int64_t steady_ms) {
  const std::lock_guard lock{mutex_};
  auto stage = bottleneck_.look(progress.times, steady_ms);
  return in_pass() ? stage : std::string{};
}

DiskProgress DiskSyncState::snapshot() const {
  const std::lock_guard lock{mutex_};
  auto shown = told_;
  if (in_pass() && progress.bytes_total > 0) {
    shown.bytes_total = progress.bytes_total;
    shown.bytes_done = progress.bytes_durable;
    shown.bytes_skipped = free_bytes_ + progress.bytes_skipped_zero + progress.bytes_skipped_equal;
  }
  shown.bytes_sent = sent_before_ + progress.bytes_sent_raw;
  shown.wire_bytes = wire_before_ + progress.wire_bytes;
  shown.unconfirmed_bytes = progress.unconfirmed_bytes;
  if (has_map_) shown.map = progress.map.told();
  return shown;
}

}  // namespace ferry
