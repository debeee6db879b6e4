// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_record.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/limits.hpp"
#include "base/trace.hpp"
#include "messages/envelope.hpp"

namespace ferry {
namespace {

void move_on(JobRecord& record, JobTrigger trigger) {
  const auto next = next_state(record.state, trigger);
  if (!next) throw std::logic_error("job " + record.id + ": an event breaks the transition table");
  record.state = *next;
}

/// What the run before has made is not this run's; the instance and its disks are.
void begin_run(JobRecord& record, const std::string& type, std::int64_t at_ms) {
  record.verified.clear();
  record.copies_refuted = 0;
  record.restarts = 0;
  record.resent_bytes = 0;
  record.export_token.clear();
  record.export_image.clear();
  record.objects.clear();
  record.import_token.clear();
  record.runs.push_back({{}, at_ms, 0, type});
  if (record.runs.size() > limits::runs_kept_max) record.runs.erase(record.runs.begin());
  ++record.run_number;
}

void end_run(JobRecord& record, std::int64_t at_ms) {
  if (!record.runs.empty() && record.runs.back().ended_ms == 0) {
    record.runs.back().ended_ms = at_ms;
  }
}

bool in_a_run(const JobRecord& record) {
  return !record.runs.empty() && record.runs.back().ended_ms == 0;
}

void take_layout(JobRecord& record, const Layout& layout) {
  if (layout.disks.empty()) return;
  record.layout = layout;
  record.settings.disks = disks_of(layout);
  record.source_disk_bytes.clear();
  for (const auto& disk : layout.disks) {
    const auto source = std::ranges::find(layout.source, disk.index, &DiskInfo::index);
    record.source_disk_bytes.push_back(source == layout.source.end() ? disk.size : source->size);
  }
}

struct Applier {
  JobRecord& record;
  std::int64_t at_ms;

  void operator()(const JobCreated& e) const {
    record.settings = e.settings;
    record.source_public_key = e.source_public_key;
    record.source_disk_bytes = e.source_disk_bytes;
    record.origin = e.origin;
    record.volumes = e.volumes;
    record.nics = e.nics;
    record.digest_key = {e.digest_key.begin(), e.digest_key.end()};
    record.notices = e.notices;
    record.trace = e.trace.empty() ? trace::trace_of(record.id) : e.trace;
    record.created_ms = at_ms;
    take_layout(record, e.layout);
  }
  void operator()(const JobStarted& e) const {
    if (!in_a_run(record)) begin_run(record, e.type, at_ms);
    move_on(record, JobTrigger::start);
    ++record.epoch;
    record.copies_refuted = 0;
    record.error = {};
    if (record.started_ms == 0) record.started_ms = at_ms;
    record.warnings.insert(record.warnings.end(), e.warnings.begin(), e.warnings.end());
    take_layout(record, e.layout);
  }
  void operator()(const MachineIntended& e) const {
    record.machine.token = e.token;
    record.machine.worker = e.worker;
    record.machine.secret = {e.secret.begin(), e.secret.end()};
    record.places[e.token] = {e.worker, {}, 0};
    record.holds.push_back({e.token, "machine", e.worker, 0, at_ms});
  }
  void operator()(const MachineRented& e) const {
    record.machine.id = e.id;
    record.machine.address = e.address;
    record.machine.type = e.type;
    record.machine.disks = e.disks;
  }
  void operator()(const MachineEnrolled& e) const {
    record.machine.transition_key = e.transition_key;
    record.machine.worker_key = e.worker_key;
  }
  void operator()(const InstanceIntended& e) const {
    record.instance_token = e.token;
    record.node = e.node;
    std::uint64_t bytes = 0;
    for (const auto& disk : record.settings.disks) bytes += disk.size;
    record.holds.push_back({e.token, "instance", e.node, bytes, at_ms});
  }
  void operator()(const InstanceReady& e) const {
    record.instance_made = true;
    record.control = e.control;
    record.data = e.data;
    record.instance_public_key = e.public_key;
    record.disk_paths = e.disk_paths;
    move_on(record,
            record.verified.empty() ? JobTrigger::instance_ready : JobTrigger::copy_is_proven);
  }
  void operator()(const FilesDiffer& e) const {
    record.told_epoch = record.epoch;
    record.told_passes = e.number;
  }
  void operator()(const DisksVerified& e) const {
    record.verified = e.disks;
    record.verified_ms = at_ms;
    move_on(record, JobTrigger::synced);
  }
  void operator()(const CopyRefuted&) const {
    move_on(record, JobTrigger::copy_refuted);
    ++record.epoch;
    ++record.copies_refuted;
    record.verified.clear();
  }
  void operator()(const ExportIntended& e) const {
    record.export_token = e.token;
    record.worker = e.worker;
    record.export_image = e.image;
    record.places[e.token] = {e.worker, e.image, 0};
    record.holds.push_back({e.token, "export", e.worker, 0, at_ms});
  }
  void operator()(const ImageExported& e) const {
    record.objects = e.objects;
    record.fix_ups = e.fix_ups;
    record.boot = e.boot;
    record.files = e.files;
    record.version = e.version;
    const auto held = std::ranges::find(record.holds, record.export_token, &HeldResource::token);
    if (held == record.holds.end()) return;
    held->bytes = 0;
    for (const auto& object : e.objects) held->bytes += object.size;
  }
  void operator()(const BootSeen&) const { record.boot_seen_epoch = record.epoch; }
  void operator()(const ImportIntended& e) const {
    record.import_token = e.token;
    record.places[e.token] = {record.worker, {}, 0};
    record.holds.push_back({e.token, "import", record.worker, 0, at_ms});
  }
  void operator()(const ImageImported& e) const {
    record.image = e.image;
    record.image_path = e.path;
    record.image_disks = e.disks;
    record.imported_ms = at_ms;
    let_go(record.import_token);
    record.images.push_back({e.image, record.import_token, record.worker});
    if (!record.runs.empty()) record.runs.back().image = e.image;
    move_on(record, JobTrigger::imported);
  }
  void operator()(const ImageCertified& e) const {
    record.certified_image = e.image;
    if (record.stalled.token == e.image) record.stalled = {};
  }
  void operator()(const ResourceReleased& e) const { let_go(e.token); }
  void operator()(const ReleaseStalled& e) const {
    record.stalled = {e.token, e.kind, e.node, {static_cast<Errc>(e.code), e.why, e.fix}};
  }
  void operator()(const ResourceAbandoned& e) const { let_go(e.token); }
  void operator()(const JobFinished&) const {
    move_on(record, JobTrigger::cleaned);
    end_run(record, at_ms);
    record.ended_ms = at_ms;
  }
  void operator()(const RunFinished&) const {
    move_on(record, JobTrigger::run_done);
    end_run(record, at_ms);
  }
  void operator()(const ImageRetired& e) const {
    for (auto& kept : record.images) kept.retired |= kept.image == e.image;
  }
  void operator()(const ImageRemoved& e) const {
    std::erase_if(record.images, [&](const KeptImage& kept) { return kept.image == e.image; });
    record.stalled = {};
  }
  void operator()(const CutOverStarted& e) const {
    record.cutting_over = true;
    ++record.epoch;
    if (!e.sync_data) return move_on(record, JobTrigger::cut_over);
    begin_run(record, "Manual", at_ms);
    move_on(record, JobTrigger::start);
  }
  void operator()(const WorkerReplaced& e) const {
    move_on(record, JobTrigger::restart);
    ++record.epoch;
    for (auto& [token, place] : record.places) {
      if (place.worker == e.lost && place.lost_ms == 0) place.lost_ms = at_ms;
    }
    record.worker = e.worker;
    record.import_token.clear();
    if (!record.objects.empty()) return;  // what is in the bucket needs no worker
    record.export_token.clear();
    record.export_image.clear();
  }
  void operator()(const JobExpired&) const {
    move_on(record, JobTrigger::expire);
    ++record.epoch;
    record.expired_ms = at_ms;
  }
  void operator()(const JobRestarted& e) const {
    move_on(record, JobTrigger::restart);
    ++record.epoch;
    ++record.restarts;
    record.resent_bytes += e.unconfirmed_bytes;
  }
  void operator()(const JobStalled& e) const { record.still_since_ms = e.since_ms; }
  void operator()(const JobMoved&) const { record.still_since_ms = 0; }
  void operator()(const JobPaused&) const {
    move_on(record, JobTrigger::pause);
    ++record.epoch;  // fences the copying that was paused
  }
  void operator()(const JobFailed& e) const {
    move_on(record, JobTrigger::failed);
    ++record.epoch;
    record.error = {static_cast<Errc>(e.code), e.why, e.fix};
    // An image that could not be exported or imported is made anew by a retry.
    record.objects.clear();
    if (!e.boot.outcome.empty()) record.boot = e.boot;
    if (record.error.code == Errc::target_rots) record.verified.clear();
  }
  void operator()(const TransferModified& e) const { record.settings.transfer = e.transfer; }
  void operator()(const JobModified& e) const {
    // A run that failed behind its proof has proven a copy by the old rules.
    if (e.settings.excludes != record.settings.excludes && in_a_run(record)) {
      record.verified.clear();
    }
    record.settings = e.settings;
    if (!e.set_layout) return;
    record.layout = {};
    record.source_disk_bytes = e.source_disk_bytes;
    take_layout(record, e.layout);
  }
  void operator()(const JobCanceled& e) const {
    move_on(record, e.how == "cancel" ? JobTrigger::cancel : JobTrigger::remove);
    ++record.epoch;
  }
  void operator()(const JobDeleted&) const {
    move_on(record, JobTrigger::removed);
    record.ended_ms = at_ms;
  }

  void let_go(const std::string& token) const {
    record.places.erase(token);
    std::erase_if(record.holds, [&](const HeldResource& held) { return held.token == token; });
    if (record.stalled.token == token) record.stalled = {};
  }
};

template <std::size_t I = 0>
Result<JobEvent> decode_as(const StoredEvent& stored) {
  if constexpr (I == std::variant_size_v<AnyJobEvent>) {
    return fail(Errc::storage_damaged, "this version knows no event " + stored.type);
  } else {
    using Event = std::variant_alternative_t<I, AnyJobEvent>;
    if (stored.type != Event::wire_name) return decode_as<I + 1>(stored);
    auto event = decode_body<Event>(stored.body);
    if (!event) return fail(Errc::storage_damaged, event.error().what);
    return JobEvent{std::move(*event)};
  }
}

}  // namespace

std::string image_name(const JobRecord& record) {
  const auto& name = record.settings.image_name;
  return record.run_number < 2 ? name : name + "_CYCLE_" + std::to_string(record.run_number);
}

std::vector<TargetDiskSize> disks_of(const Layout& layout) {
  std::vector<TargetDiskSize> disks;
  for (const auto& disk : layout.disks) {
    disks.push_back({static_cast<std::uint32_t>(disks.size()), disk.size});
  }
  return disks;
}

namespace {

bool changes_settings(const JobEvent& event) {
  return std::holds_alternative<JobCreated>(event) || std::holds_alternative<JobModified>(event) ||
         std::holds_alternative<TransferModified>(event);
}

}  // namespace

bool is_progress(const JobEvent& event) {
  return !std::holds_alternative<JobStalled>(event) &&
         !std::holds_alternative<JobRestarted>(event) &&
         !std::holds_alternative<InstanceReady>(event) &&
         !std::holds_alternative<TransferModified>(event) &&
         !std::holds_alternative<JobModified>(event) && !std::holds_alternative<BootSeen>(event) &&
         !std::holds_alternative<WorkerReplaced>(event) &&
         !std::holds_alternative<ReleaseStalled>(event);
}

void apply(JobRecord& record, const JobEvent& event, std::int64_t at_ms) {
  const auto before = record.state;
  std::visit(Applier{record, at_ms}, event);
  if (is_progress(event)) record.still_since_ms = 0;
  ++record.last_seq;
  if (record.state != before || changes_settings(event)) record.changed_seq = record.last_seq;
}

Result<JobRecord> replay(const std::string& id, const std::vector<StoredEvent>& events) {
  JobRecord record;
  record.id = id;
  const auto refuse = [&](const StoredEvent& stored, const std::string& why) {
    return fail(Errc::storage_damaged,
                "the history of job " + id + " can't be read at event " +
                    std::to_string(record.last_seq + 1) + " (" + stored.type + "): " + why,
                "nothing was changed and other jobs go on; start the edgeferry version that wrote "
                "it, or restore a copy of the database as docs/journal.md says");
  };
  for (const auto& stored : events) {
    if (stored.seq != record.last_seq + 1) {
      return refuse(stored, "the next event has number " + std::to_string(stored.seq));
    }
    const auto event = decode_event(stored);
    if (!event) return refuse(stored, event.error().what);
    try {
      apply(record, *event, stored.at_ms);
    } catch (const std::logic_error& error) {
      return refuse(stored, error.what());
    }
  }
  return record;
}

StoredEvent encode_event(std::uint64_t seq, const JobEvent& event, std::int64_t at_ms) {
  return std::visit(
      [&](const auto& e) {
        return StoredEvent{seq, std::string{e.wire_name}, to_msgpack(e), at_ms};
      },
      event);
}

Result<JobEvent> decode_event(const StoredEvent& stored) { return decode_as(stored); }

}  // namespace ferry
