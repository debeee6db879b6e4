// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The steps of a migration job, one for each state, in the order of their life.
#include <algorithm>

#include "actors/controller/job_alarm.hpp"
#include "actors/controller/job_decide.hpp"
#include "actors/controller/job_layout.hpp"
#include "actors/controller/job_wait.hpp"
#include "actors/controller/migration_job.hpp"
#include "actors/controller/resource_parts.hpp"
#include "actors/controller/source_server.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "messages/limits.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

Error error_of(std::uint16_t code, const std::string& what, const std::string& fix) {
  return {static_cast<Errc>(code), what, fix};
}

/// An agent's words for the journal, which keeps them for ever, and for certificates.
FilePass within_limits(FilePass pass) {
  pass.mount_point.resize(std::min(pass.mount_point.size(), limits::file_path_bytes_max));
  pass.first.resize(std::min(pass.first.size(), 2 * limits::file_issue_bytes_max));
  return pass;
}
void keep_within_limits(ProvenFiles& files) {
  files.mount_point.resize(std::min(files.mount_point.size(), limits::file_path_bytes_max));
  files.mount_point = escaped(files.mount_point);
  for (auto* number : {&files.entries, &files.changed, &files.unheld}) {
    *number = std::min(*number, limits::certified_number_max);
  }
  const auto digest = from_hex(files.sha256);
  if (files.bytes <= limits::file_manifest_bytes_max && digest && digest->size() == 32) return;
  files.bytes = 0;
  files.sha256.clear();
}
void keep_within_limits(ProvenBlocks& blocks) {
  for (auto* number : {&blocks.source_offset, &blocks.target_offset, &blocks.bytes}) {
    *number = std::min(*number, limits::certified_number_max);
  }
  if (!from_hex(blocks.tree_root)) blocks.tree_root.clear();
  blocks.tree_root.resize(std::min<std::size_t>(blocks.tree_root.size(), 64));
}
std::vector<DiskProgress> within_limits(std::vector<DiskProgress> disks) {
  for (auto& disk : disks) {
    disk.files.resize(std::min(disk.files.size(), limits::planned_partitions_max));
    for (auto& files : disk.files) keep_within_limits(files);
    disk.blocks.resize(std::min(disk.blocks.size(), limits::planned_partitions_max));
    for (auto& blocks : disk.blocks) keep_within_limits(blocks);
    disk.file_issues = std::min(disk.file_issues, limits::certified_number_max);
    disk.map.clear();  // all of it is settled
    disk.unconfirmed_bytes = 0;
    auto& first = disk.first_file_issues;
    first.resize(std::min(first.size(), limits::file_issues_told_max));
    for (auto& issue : first) {
      issue.what.resize(std::min(issue.what.size(), 2 * limits::file_issue_bytes_max));
      issue.what = escaped(issue.what);
    }
  }
  return disks;
}

}  // namespace

/// Called at the start, after every event, and by every timer.
void MigrationJob::advance() {
  if (act_on_clock() || tell_standstill()) return;
  switch (record_.state) {
    case JobState::preparing: return prepare();
    case JobState::syncing: return sync();
    case JobState::processing: return process();
    case JobState::stopped: return stop_copying();
    case JobState::cleaning:
    case JobState::expired:
    case JobState::deleting: return clean_up();
    case JobState::ready:
    case JobState::waiting:
    case JobState::in_error: return wait_for_clock();
    case JobState::finished:
    case JobState::deleted: break;
  }
  if (auto jobs = caf::actor_cast<caf::actor>(environment_.jobs)) {
    caf::anon_send(jobs, JobRetiring{record_.id});
  }
}

/// Does what the wall clock says is due; false if nothing is.
bool MigrationJob::act_on_clock() {
  const auto event = due_event(record_, wall_ms());
  if (!event) return false;
  if (std::holds_alternative<JobStarted>(*event)) {
    begin_when_source_is_there(*event);
  } else {
    record_and_advance(*event);
  }
  return true;
}

/// A run that nobody waits for doesn't make an instance for a server that is away or can't be
/// migrated: it begins once that is mended.
void MigrationJob::begin_when_source_is_there(const JobEvent& event) {
  const auto asked_in = generation_;
  with_source(
      [this, asked_in, event](const SourceView& source) {
        if (asked_in != generation_) return;
        if (!due_event(record_, wall_ms())) return wait_for_clock();  // set back meanwhile
        const bool there = source.state != "Unavailable";
        const auto begun = begin_with(event, source);
        waiting_for_ = there && begun ? "" : record_.settings.source;
        if (!there) return again_in(1s);
        if (!begun) waiting_for_ += ": " + to_string(begun.error());
        if (!begun) return again_in(environment_.clock_check);
        restarts_ = 0;
        record_and_advance(*begun);
      },
      [this, asked_in](const Error&) {
        if (asked_in == generation_) again_in(1s);
      });
}

void MigrationJob::wait_for_clock() {
  waiting_for_.clear();
  const auto alarm = next_alarm_ms(record_);
  if (alarm == 0) return;
  const std::chrono::milliseconds left{std::max<std::int64_t>(alarm - wall_ms(), 0)};
  again_in(std::min(left, environment_.clock_check));
}

EnsureInstance MigrationJob::instance_request(bool writable) const {
  EnsureInstance request;
  request.token = record_.instance_token;
  request.job = record_.id;
  request.epoch = record_.epoch;
  request.source = record_.settings.source;
  request.source_public_key = record_.source_public_key;
  request.digest_key = record_.digest_key;
  for (const auto& disk : record_.settings.disks) request.disk_bytes.push_back(disk.size);
  request.create = !record_.instance_made;
  request.writable = writable;
  if (changes_disks(record_.layout)) request.layout = record_.layout;
  return request;
}

/// Preparing: a transition instance with empty disks, or the one from before.
void MigrationJob::prepare() {
  instance_closed_ = false;
  if (needs_machine()) return prepare_machine();
  progress_.set_step("preparing the transition instance", 1);
  if (record_.instance_token.empty()) {
    return with_own_node("transition", [this](const std::string& node) {
      const auto token = random_id("i");
      record_and_advance(
          InstanceIntended{token, node},
          [token, node, job = record_.id, parts = parts_of_instance(record_.settings, token)](
              Journal& journal) { journal.intend(token, job, "instance", node, parts); });
    });
  }
  ask<InstanceStatus>(
      record_.node, "instances", instance_request(true), [this](const InstanceStatus& status) {
        if (!status.ready) return again_in(200ms);
        joining_since_ms_ = 0;
        crash_point("job: an instance is ready, not recorded");
        InstanceReady event{status.control, status.data, status.public_key, {}};
        for (const auto& disk : status.disks) event.disk_paths.push_back(disk.path);
        record_and_advance(event, [token = record_.instance_token, node = record_.node](
                                      Journal& journal) { journal.created(token, node); });
      });
}

/// Syncing: the agent copies the disks and has the copy verified.
void MigrationJob::sync() {
  SyncDisks request;
  request.job = record_.id;
  request.epoch = record_.epoch;
  request.token = record_.instance_token;
  request.control = record_.control;
  request.data = record_.data;
  request.public_key = record_.instance_public_key;
  request.digest_key = record_.digest_key;
  for (const auto& disk : record_.settings.disks) {
    request.disks.push_back({disk.index, record_.source_disk_bytes.at(disk.index), disk.size});
  }
  request.streams = environment_.config->transfer.streams;
  request.credit_chunks = environment_.config->transfer.credit_chunks;
  request.transfer = record_.settings.transfer;
  if (changes_disks(record_.layout)) request.layout = record_.layout;
  request.excludes = record_.settings.excludes;
  ask<SyncStatus>(record_.settings.source, "sync", request,
                  [this](const SyncStatus& status) { on_sync_status(status); });
}

void MigrationJob::on_sync_status(const SyncStatus& status) {
  if (!status.disks.empty()) progress_.update(status.disks, steady_ms(), status.bottleneck);
  std::uint64_t done = 0;
  for (const auto& disk : status.disks) done += disk.bytes_sent;
  if (done > achieved_bytes_) restarts_ = 0;
  achieved_bytes_ = done;
  const auto told = told_passes(record_);
  if (told < std::min(status.file_passes.size(), limits::file_passes_told_max)) {
    return record_and_advance(FilesDiffer{told + 1, within_limits(status.file_passes[told])});
  }
  if (status.state == "verified") {
    crash_point("job: disks are proven, not recorded");
    progress_.stand_still();
    restarts_ = 0;
    return record_and_advance(DisksVerified{within_limits(status.disks)});
  }
  if (status.state == "failed") {
    auto error = error_of(status.error_code, status.error, status.fix);
    // A transition node that was started again knows the agent's key only once its
    // instance is prepared anew, and that is what a restart of the job does.
    if (error.code == Errc::not_enrolled) error.code = Errc::transfer_refused;
    return on_failure(error);
  }
  if (status.state == "stopped") {
    return on_failure({Errc::transfer_broken, "the agent stopped copying by itself", {}});
  }
  if (!note_work(progress_.mark())) again_in(poll_interval);
}

/// Stopped: the agent is asked until it has really stopped.
void MigrationJob::stop_copying() {
  if (quiet_epoch_ == record_.epoch) return wait_for_clock();
  progress_.stand_still();
  ask<SyncStatus>(record_.settings.source, "sync", StopSync{record_.id, record_.epoch},
                  [this](const SyncStatus& status) {
                    if (status.state == "running") return again_in(poll_interval);
                    crash_point("job: copying has stopped, nobody knows");
                    quiet_epoch_ = record_.epoch;
                    wait_for_clock();
                  });
}

/// Processing: from now on nobody writes to the target disks.
void MigrationJob::process() {
  if (!instance_closed_) return close_instance();
  if (record_.objects.empty()) return export_image();
  import_image();
}

void MigrationJob::close_instance() {
  ask<InstanceStatus>(record_.node, "instances", instance_request(false),
                      [this](const InstanceStatus& status) {
                        crash_point("job: an instance is closed, nothing is exported");
                        instance_closed_ = status.ready;
                        again_in(status.ready ? 0ms : 200ms);
                      });
}

void MigrationJob::export_image() {
  if (record_.export_token.empty()) {
    const auto intend = [this](const std::string& worker) {
      // The image carries the token, and so do all names that are made of it.
      const auto token = random_id("e");
      const ExportIntended event{token, worker, "m-" + token.substr(2)};
      record_and_advance(
          event, [event, job = record_.id,
                  parts = parts_of_export(record_.settings, event.image,
                                          !record_.machine.disks.empty())](Journal& journal) {
            journal.intend(event.token, job, "export", event.worker, parts);
          });
    };
    // A disk that the cloud exports is seen by all, and only ours may ask the cloud for that.
    return record_.machine.disks.empty() ? with_own_node("worker", intend)
                                         : with_node("worker", intend);
  }
  ExportImage request;
  request.job = record_.id;
  request.epoch = record_.epoch;
  request.image = record_.export_image;
  request.prefix = record_.settings.image_prefix;
  for (const auto& disk : record_.verified) {
    auto files = disk.files;
    std::erase_if(files, [](const ProvenFiles& proven) { return proven.sha256.empty(); });
    request.disks.push_back({disk.index, record_.disk_paths.at(disk.index),
                             record_.settings.disks.at(disk.index).size, disk.tree_root,
                             std::move(files)});
    if (record_.machine.disks.empty()) continue;
    request.disks.back().cloud_disk = record_.machine.disks.at(disk.index).id;
  }
  request.digest_key = record_.digest_key;
  request.fix_ups = {record_.settings.fixups == "auto", record_.settings.network, record_.volumes,
                     record_.nics};
  request.boot_proof = record_.settings.boot_proof;
  request.boot_mode = record_.origin.boot_mode;
  request.bucket = record_.settings.bucket;
  ask<ExportStatus>(record_.worker, "exporter", request, [this](const ExportStatus& status) {
    progress_.set_step(status.step, 80 + status.progress * 0.15);
    if (!status.console.empty() && record_.boot_seen_epoch != record_.epoch) {
      BootSeen seen{record_.export_image, status.console};
      seen.console.resize(std::min(seen.console.size(), limits::boot_log_bytes_max));
      return record_and_advance(seen);
    }
    if (status.state == "failed") {
      const auto error = error_of(status.error_code, status.error, status.fix);
      return error.code == Errc::verify_mismatch ? on_refuted(error)
                                                 : on_failure(error, status.boot);
    }
    if (status.state != "done") {
      if (note_work(status.step + std::to_string(status.progress))) return;
      return again_in(poll_interval);
    }
    crash_point("job: an image is exported, not recorded");
    record_and_advance(
        ImageExported{status.objects, status.fix_ups, status.boot, status.files, status.version},
        [token = record_.export_token, worker = record_.worker](Journal& journal) {
          journal.created(token, worker);
        });
  });
}

/// The target disks changed after they were proven. The sync reads them back and sends
/// again what differs; disks that change again and again need a human.
void MigrationJob::on_refuted(const Error& error) {
  if (record_.copies_refuted < limits::copies_refuted_max) {
    return record_and_advance(CopyRefuted{error.what});
  }
  const Error rots{Errc::target_rots,
                   "the target disks of transition node " + record_.node +
                       " do not keep what is written, the copy was proven and changed " +
                       std::to_string(record_.copies_refuted + 1) + " times: " + error.what,
                   {}};
  record_and_advance(
      JobFailed{static_cast<std::uint16_t>(rots.code), rots.what, std::string{remedy(rots)}});
}

void MigrationJob::import_image() {
  if (record_.import_token.empty()) {
    const ImportIntended event{random_id("t")};
    return record_and_advance(
        event, [token = event.token, job = record_.id, worker = record_.worker,
                parts = parts_of_import(record_.objects, event.token)](Journal& journal) {
          journal.intend(token, job, "import", worker, parts);
        });
  }
  ImportImage request;
  request.job = record_.id;
  request.epoch = record_.epoch;
  request.token = record_.import_token;
  request.image_name = image_name(record_);
  request.region = record_.settings.region;
  request.origin = record_.origin;
  request.started_ms = record_.started_ms;
  request.objects = record_.objects;
  request.boot = record_.boot;
  request.files = record_.files;
  request.license = record_.settings.license;
  request.bucket = record_.settings.bucket;
  ask<ImportStatus>(record_.worker, "importer", request, [this](const ImportStatus& status) {
    progress_.set_step("importing the image", 95 + status.progress * 0.04);
    if (status.state == "failed") {
      return on_failure(error_of(status.error_code, status.error, status.fix));
    }
    if (status.state != "done") {
      if (note_work("import" + std::to_string(status.progress))) return;
      return again_in(poll_interval);
    }
    crash_point("job: an image is imported, not recorded");
    // From here on the image is the user's, so its ledger row ends without a deletion.
    record_and_advance(
        ImageImported{status.image, status.path, status.disks},
        [token = record_.import_token](Journal& journal) { journal.released(token); });
  });
}

}  // namespace ferry
