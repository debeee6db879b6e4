// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_progress.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "metrics/counted.hpp"
#include "replication/limits.hpp"

namespace ferry {
namespace {

// Shares of the whole job. Copying takes nearly all the time, so nearly all of the bar.
constexpr double copying_starts = 2;
constexpr double copying_ends = 80;
constexpr double smoothing = 0.3;  // weight of the newest sample

double part(std::uint64_t done, std::uint64_t total) {
  return total == 0 ? 1.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
}

/// How far one disk is, 0 to 1. Later passes look at everything again but send
/// little, so the first pass has most of the bar.
double fraction(const DiskProgress& disk) {
  const auto done = part(disk.bytes_done, disk.bytes_total);
  if (disk.phase == "copying") return 0.85 * done;
  for (const auto* later : {"settling", "snapshot", "frozen"}) {
    if (disk.phase == later) return 0.85 + 0.05 * done;
  }
  if (disk.phase == "verifying") return 0.90 + 0.10 * done;
  return disk.phase == "verified" ? 1.0 : 0.0;
}

/// What a disk's counts have grown by. They begin again with each epoch.
void count_copied(const DiskProgress& now, const DiskProgress& before) {
  const bool anew = now.bytes_sent < before.bytes_sent || now.wire_bytes < before.wire_bytes ||
                    now.bytes_skipped < before.bytes_skipped;
  const auto grown = [&](std::uint64_t value, std::uint64_t last) {
    return anew ? value : value - last;
  };
  counted::CopiedBytes bytes;
  bytes.sent = grown(now.bytes_sent, before.bytes_sent);
  bytes.resent = now.pass > 1 ? bytes.sent : 0;
  bytes.skipped = grown(now.bytes_skipped, before.bytes_skipped);
  bytes.wire = grown(now.wire_bytes, before.wire_bytes);
  counted::copied(bytes);
}

double smooth(double old, double fresh) {
  return old == 0 ? fresh : old + smoothing * (fresh - old);
}

bool is_bottleneck(std::string_view word) {
  constexpr std::array<std::string_view, 5> words{"source_disk", "cpu", "network", "target",
                                                  "limit"};
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

void JobProgress::update(const std::vector<DiskProgress>& disks, std::int64_t now_ms,
                         const std::string& bottleneck) {
  for (std::size_t i = 0; counts_ && i < disks.size(); ++i) {
    count_copied(disks[i], i < disks_.size() ? disks_[i] : DiskProgress{});
  }
  counts_ = true;
  disks_ = disks;
  for (auto& disk : disks_) {
    disk.map.resize(std::min(disk.map.size(), limits::disk_map_parts_max));
  }
  bottleneck_ = is_bottleneck(bottleneck) ? bottleneck : "";
  std::uint64_t done = 0;
  std::uint64_t wire = 0;
  double all = 0;
  step_.clear();
  for (const auto& disk : disks) {
    done += disk.bytes_done;
    wire += disk.wire_bytes;
    all += fraction(disk);
    if (disk.phase != "waiting" && (step_.empty() || disk.phase != "verified")) {
      step_ = disk.phase + " disk " + std::to_string(disk.index);
      if (disk.pass > 1 && disk.phase != "verified") step_ += ", pass " + std::to_string(disk.pass);
    }
  }
  if (!disks.empty()) all /= static_cast<double>(disks.size());
  percent_ = std::max(percent_, copying_starts + (copying_ends - copying_starts) * all);
  const auto elapsed_ms = now_ms - last_ms_;
  if (last_ms_ != 0 && elapsed_ms > 0) {
    const auto rate = [&](std::uint64_t now, std::uint64_t before) {
      return now > before
                 ? static_cast<double>(now - before) * 1000.0 / static_cast<double>(elapsed_ms)
                 : 0.0;
    };
    speed_ = smooth(speed_, rate(done, last_done_));
    network_ = smooth(network_, rate(wire, last_wire_));
  }
  last_ms_ = now_ms;
  last_done_ = done;
  last_wire_ = wire;
}

void JobProgress::set_step(std::string step, double percent) {
  step_ = std::move(step);
  percent_ = std::max(percent_, percent);
}

void JobProgress::stand_still() {
  speed_ = network_ = 0;
  last_ms_ = 0;
  bottleneck_.clear();
}

std::string JobProgress::mark() const {
  std::string mark;
  for (const auto& disk : disks_) {
    mark += disk.phase;
    for (const std::uint64_t number :
         {std::uint64_t{disk.pass}, disk.bytes_done, disk.bytes_sent, disk.bytes_skipped}) {
      mark += ' ' + std::to_string(number);
    }
    mark += '\n';
  }
  return mark;
}

std::uint64_t JobProgress::take_unconfirmed() {
  std::uint64_t bytes = 0;
  for (auto& disk : disks_) bytes += std::exchange(disk.unconfirmed_bytes, 0);
  return bytes;
}

void JobProgress::show(JobView& view) const {
  view.step = step_;
  view.progress = percent_;
  view.disks = disks_;
  view.bottleneck = bottleneck_;
  view.speed_bytes = static_cast<std::uint64_t>(speed_);
  view.network_bytes = static_cast<std::uint64_t>(network_);
  std::uint64_t left = 0;
  for (const auto& disk : disks_)
    left += disk.bytes_total - std::min(disk.bytes_total, disk.bytes_done);
  view.remaining_s =
      speed_ >= 1 ? static_cast<std::int64_t>(static_cast<double>(left) / speed_) : -1;
}

}  // namespace ferry
