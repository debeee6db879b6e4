// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_record.hpp"

#include <stdexcept>

#include "base/text.hpp"
#include "messages/envelope.hpp"

namespace ferry {
namespace {

void move_on(JobRecord& record, JobTrigger trigger) {
  const auto next = next_state(record.state, trigger);
  if (!next) throw std::logic_error("job " + record.id + ": an event breaks the transition table");
  record.state = *next;
}

struct Applier {
  JobRecord& record;
  std::int64_t at_ms;

  void operator()(const JobCreated& e) const {
    record.settings = e.settings;
    record.source_public_key = e.source_public_key;
    record.source_disk_bytes = e.source_disk_bytes;
    record.origin = e.origin;
    record.digest_key = {e.digest_key.begin(), e.digest_key.end()};
    record.created_ms = at_ms;
  }
  void operator()(const JobStarted&) const {
    move_on(record, JobTrigger::start);
    ++record.epoch;
    record.error = {};
    if (record.started_ms == 0) record.started_ms = at_ms;
  }
  void operator()(const InstanceIntended& e) const {
    record.instance_token = e.token;
    record.node = e.node;
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
  void operator()(const DisksVerified& e) const {
    record.verified = e.disks;
    move_on(record, JobTrigger::synced);
  }
  void operator()(const ExportIntended& e) const {
    record.export_token = e.token;
    record.worker = e.worker;
    record.export_image = e.image;
  }
  void operator()(const ImageExported& e) const { record.objects = e.objects; }
  void operator()(const ImportIntended& e) const { record.import_token = e.token; }
  void operator()(const ImageImported& e) const {
    record.image = e.image;
    record.image_path = e.path;
    record.image_disks = e.disks;
    move_on(record, JobTrigger::imported);
  }
  void operator()(const ResourceReleased&) const {}
  void operator()(const JobFinished&) const {
    move_on(record, JobTrigger::cleaned);
    record.ended_ms = at_ms;
  }
  void operator()(const JobRestarted&) const {
    move_on(record, JobTrigger::restart);
    ++record.epoch;
  }
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
  }
  void operator()(const TransferModified& e) const { record.settings.transfer = e.transfer; }
  void operator()(const JobCanceled&) const {
    move_on(record, JobTrigger::cancel);
    ++record.epoch;
  }
  void operator()(const JobDeleted&) const {
    move_on(record, JobTrigger::removed);
    record.ended_ms = at_ms;
  }
};

template <std::size_t I = 0>
Result<JobEvent> decode_as(const StoredEvent& stored) {
  if constexpr (I == std::variant_size_v<JobEvent>) {
    return fail(Errc::storage_failed, "the journal holds an unknown event " + stored.type);
  } else {
    using Event = std::variant_alternative_t<I, JobEvent>;
    if (stored.type != Event::wire_name) return decode_as<I + 1>(stored);
    auto event = decode_body<Event>(stored.body);
    if (!event) return fail(Errc::storage_failed, stored.type + ": " + event.error().what);
    return JobEvent{std::move(*event)};
  }
}

struct Describer {
  std::string operator()(const JobCreated& e) const {
    return "job created for source server " + e.settings.source;
  }
  std::string operator()(const JobStarted& e) const { return "migration " + past(e.how); }
  std::string operator()(const InstanceIntended& e) const {
    return "transition instance " + e.token + " is being made on " + e.node;
  }
  std::string operator()(const InstanceReady&) const { return "transition instance is ready"; }
  std::string operator()(const DisksVerified& e) const {
    return std::to_string(e.disks.size()) + " disk(s) copied; source and target trees are equal";
  }
  std::string operator()(const ExportIntended& e) const {
    return "image " + e.image + " is being exported by " + e.worker;
  }
  std::string operator()(const ImageExported& e) const {
    std::uint64_t bytes = 0;
    for (const auto& object : e.objects) bytes += object.size;
    return "image exported, " + human_bytes(bytes) + " in the bucket";
  }
  std::string operator()(const ImportIntended&) const { return "image is being imported"; }
  std::string operator()(const ImageImported& e) const {
    return "ENS image " + e.image + " exists";
  }
  std::string operator()(const ResourceReleased& e) const {
    return e.kind + " " + e.token + " released";
  }
  std::string operator()(const JobFinished&) const { return "migration finished"; }
  std::string operator()(const JobRestarted& e) const {
    return "goes on from what is durable after " + code_text(static_cast<Errc>(e.code)) + " " +
           e.why;
  }
  std::string operator()(const JobPaused&) const { return "paused"; }
  std::string operator()(const JobFailed& e) const {
    return to_string(Error{static_cast<Errc>(e.code), e.why, e.fix});
  }
  std::string operator()(const TransferModified& e) const {
    return "transfer settings changed: " + to_json(e.transfer);
  }
  std::string operator()(const JobCanceled&) const {
    return "canceled, everything is being released";
  }
  std::string operator()(const JobDeleted&) const { return "all temporary resources are released"; }

  static std::string past(const std::string& how) {
    if (how == "resume") return "resumed";
    if (how == "retry") return "retried";
    return "started";
  }
};

}  // namespace

void apply(JobRecord& record, const JobEvent& event, std::int64_t at_ms) {
  std::visit(Applier{record, at_ms}, event);
  ++record.last_seq;
}

Result<JobRecord> replay(const std::string& id, const std::vector<StoredEvent>& events) {
  JobRecord record;
  record.id = id;
  for (const auto& stored : events) {
    if (stored.seq != record.last_seq + 1) {
      return fail(Errc::storage_failed, "the journal of job " + id + " lacks event " +
                                            std::to_string(record.last_seq + 1));
    }
    auto event = decode_event(stored);
    if (!event) return fail(event.error());
    try {
      apply(record, *event, stored.at_ms);
    } catch (const std::logic_error& error) {
      return fail(Errc::storage_failed, error.what());
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

std::string describe(const JobEvent& event) { return std::visit(Describer{}, event); }

}  // namespace ferry
