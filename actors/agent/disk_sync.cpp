// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/disk_sync.hpp"

#include <algorithm>

#include "actors/agent/replicate_layout.hpp"
#include "actors/work_status.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"

namespace ferry {
namespace {

void set_control(DiskSyncState& disk, const TransferSettings& transfer) {
  disk.control.bandwidth_mbps = transfer.bandwidth_mbps;
  disk.control.compression = static_cast<int>(transfer.compression);
  disk.checksum = transfer.checksum;
}

/// Paths by disk index; discovery repeats so that a renamed device is found again.
Result<std::vector<std::string>> disk_paths(const AgentOptions& options) {
  if (!options.disks.empty()) return options.disks;
  auto inventory = options.read_inventory({{}, options.root.empty() ? "/" : options.root});
  if (!inventory) return fail(inventory.error());
  std::vector<std::string> paths;
  for (const auto& disk : inventory->disks) paths.push_back(disk.path);
  return paths;
}

}  // namespace

DiskSync::DiskSync(caf::event_based_actor* self, AgentOptions options, std::string job)
    : self_(self),
      options_(std::move(options)),
      job_(std::move(job)),
      lease_(self, options_.lease) {}

caf::behavior DiskSync::make_behavior() {
  return {[this](const SyncDisks& m) { return sync(m); },
          [this](const StopSync& m) { return stop(m); },
          [this](const LeaseCheck&) {
            if (!lease_.has_ended(work_.running())) return;
            log::warning("copying ends, nobody has asked about it", {{"job", job_}});
            self_->quit();
          }};
}

caf::result<SyncStatus> DiskSync::sync(const SyncDisks& m) {
  const bool over = m.epoch <= stopped_epoch_ || m.epoch < epoch_;
  if (over && keeps(Protection::fence)) {
    return to_caf(epoch_over("job " + job_, m.epoch, std::max(stopped_epoch_ + 1, epoch_)));
  }
  lease_.renew();
  if (m.epoch != epoch_) begin(m);
  for (const auto& disk : disks_) set_control(*disk, m.transfer);  // F94
  return status();
}

void DiskSync::begin(const SyncDisks& m) {
  work_.request_stop();
  work_.reset();
  epoch_ = m.epoch;
  disks_.clear();
  for (const auto& target : m.disks) {
    disks_.push_back(std::make_shared<DiskSyncState>(target.index));
    disks_.back()->enter("waiting", 0);
    set_control(*disks_.back(), m.transfer);
  }
  log::info("copying starts", {{"job", job_}, {"epoch", m.epoch}, {"disks", m.disks.size()}});
  work_.start([request = m, options = options_,
               disks = disks_](const std::stop_token& stop) -> Result<bool> {
    crash_point("agent: copying is asked for, nothing is open");
    auto paths = disk_paths(options);
    if (!paths) return fail(paths.error());
    for (std::size_t i = 0; i < request.disks.size(); ++i) {
      const auto& target = request.disks[i];
      if (!request.layout.disks.empty()) {
        auto done = replicate_layout(request, static_cast<std::uint32_t>(i), *paths, options.root,
                                     options.replication, *disks[i], stop);
        if (!done) return fail(done.error());
        crash_point("agent: one disk of a layout is proven, not told");
        continue;
      }
      if (target.index >= paths->size()) {
        return fail(Errc::disk_missing,
                    "this server no longer has disk " + std::to_string(target.index));
      }
      auto done = options.replicate(request, target, paths->at(target.index), options.replication,
                                    *disks[i], stop);
      if (!done) return fail(done.error());
      crash_point("agent: one disk is proven, not told");
    }
    return true;
  });
}

caf::result<SyncStatus> DiskSync::stop(const StopSync& m) {
  crash_point("agent: a stop is asked for, copying goes on");
  stopped_epoch_ = std::max(stopped_epoch_, m.epoch);
  if (epoch_ <= stopped_epoch_) work_.request_stop();
  crash_point("agent: copying is stopped, not told");
  return status();
}

SyncStatus DiskSync::status() const {
  SyncStatus status;
  status.job = job_;
  status.epoch = epoch_;
  for (const auto& disk : disks_) {
    status.disks.push_back(disk->snapshot());
    if (auto stage = disk->bottleneck(steady_ms()); !stage.empty()) status.bottleneck = stage;
    // One disk is copied after the other, so this grows at its end.
    for (auto& pass : disk->file_passes()) {
      if (status.file_passes.size() == limits::file_passes_told_max) break;
      status.file_passes.push_back(std::move(pass));
    }
  }
  const bool running = work_.running();  // before the result: it may end in between
  const auto* result = work_.result();
  if (running) {
    status.state = "running";
  } else if (result == nullptr || (!*result && result->error().code == Errc::canceled)) {
    status.state = "stopped";
  } else if (*result) {
    status.state = "verified";
  } else {
    set_failed(status, result->error());
  }
  return status;
}

}  // namespace ferry
