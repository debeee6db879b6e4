// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is durably known of one job: the fold of its events. `apply` is the only
// code that changes it, cannot fail, and has no effects, so replaying a history
// gives the same record as living through it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/controller/job_states.hpp"
#include "base/error.hpp"
#include "messages/job_events.hpp"
#include "storage/journal.hpp"

namespace ferry {

/// The machine that holds the instance, if jobs of this cluster rent theirs.
struct RentedMachine {
  std::string token;  // empty: none was ever intended
  std::string worker;
  std::string secret;
  std::string id;       // empty: it is not known to run
  std::string address;  // known with the id
  std::string type;
  std::vector<RentedDisk> disks;  // that hold the target disks; empty: its own disk does
  std::string transition_key;     // empty: its nodes have not joined
  std::string worker_key;         // known with the other one
};

/// Where an export or import was begun, so that it can be released there.
struct WorkPlace {
  std::string worker;
  std::string image;         // of an export: part of the objects' names
  std::int64_t lost_ms = 0;  // when the worker was replaced; 0: it was not
};

/// An ENS image of this job that exists.
struct KeptImage {
  std::string image;
  std::string token;     // of its import
  std::string worker;    // that imported it
  bool retired = false;  // its removal is intended
};

/// The release that keeps a job from its end; empty: none.
struct StalledRelease {
  std::string token;
  std::string kind;
  std::string node;
  Error error;  // the reason and the way on
};

struct JobRecord {
  std::string id;
  std::string trace;  // 32 digits, for its whole life (base/trace.hpp)
  JobState state = JobState::ready;
  std::uint64_t epoch = 0;        // of every command; older ones are refused everywhere
  std::uint64_t last_seq = 0;     // of the journal
  std::uint64_t changed_seq = 0;  // of the last event that changed its state or its settings
  JobSettings settings;
  std::string source_public_key;
  std::string digest_key;
  std::vector<std::uint64_t> source_disk_bytes;
  Layout layout;  // by the job's wish; none if each disk goes over whole, at its own size or more
  ImageOrigin origin;
  std::vector<SourceVolume> volumes;
  std::vector<SourceNic> nics;

  RentedMachine machine;
  std::string instance_token;  // empty: none was ever intended
  std::string node;            // that holds the instance
  bool instance_made = false;  // its disks must exist from now on
  std::string control;
  std::string data;
  std::string instance_public_key;
  std::vector<std::string> disk_paths;
  std::vector<DiskProgress> verified;  // empty until the copy is proven
  std::uint64_t told_epoch = 0;        // of the passes over files below
  std::uint32_t told_passes = 0;       // of SyncStatus::file_passes, those that are journalled
  std::uint32_t copies_refuted = 0;    // since the run began or a user went on with it
  std::uint32_t restarts = 0;          // of the run, as in JobView
  std::uint64_t resent_bytes = 0;      // the same
  std::uint64_t boot_seen_epoch = 0;   // in which a boot proof's console was journalled

  std::string export_token;
  std::string worker;
  std::string export_image;
  std::vector<ImageObject> objects;
  FixUpReport fix_ups;  // of the newest image
  ImageBoot boot;       // of the newest image, or of one that was refused
  std::vector<AttachedFile> files;
  std::string version;          // of the worker that made it
  std::string certified_image;  // the newest that has its certificate
  std::string import_token;
  std::string image;
  std::string image_path;
  std::vector<ImageDisk> image_disks;
  std::map<std::string, WorkPlace> places;  // of exports and imports, by ledger token
  std::vector<HeldResource> holds;          // that the ledger has open rows of, oldest first

  std::vector<JobRun> runs;      // the newest limits::runs_kept_max
  std::uint32_t run_number = 0;  // of the newest run
  std::vector<KeptImage> images;
  std::vector<Finding> notices;   // as its creation has told them
  std::vector<Finding> warnings;  // of the source server, as starts have told them
  bool cutting_over = false;      // this run is the last one

  Error error;  // of the last failure while in_error
  StalledRelease stalled;
  std::int64_t still_since_ms = 0;  // as in JobView
  std::int64_t created_ms = 0;
  std::int64_t started_ms = 0;
  std::int64_t verified_ms = 0;  // when the newest copy was proven
  std::int64_t imported_ms = 0;  // when the newest image was there
  std::int64_t ended_ms = 0;
  std::int64_t expired_ms = 0;
};

/// The image's disks, numbered as they come in a layout.
[[nodiscard]] std::vector<TargetDiskSize> disks_of(const Layout& layout);
/// True if the job is finished when its present run is.
[[nodiscard]] inline bool is_last_run(const JobRecord& record) {
  return record.settings.run_once || record.cutting_over;
}
/// How many of the agent's passes over files the journal has already; each epoch counts anew.
[[nodiscard]] inline std::uint32_t told_passes(const JobRecord& record) {
  return record.told_epoch == record.epoch ? record.told_passes : 0;
}
/// The name of the present run's image: NAME, then NAME_CYCLE_2, NAME_CYCLE_3, ...
[[nodiscard]] std::string image_name(const JobRecord& record);
/// What the record tells of a job; progress and what it waits for are its actor's; job_view.cpp.
[[nodiscard]] JobView view_of(const JobRecord& record);

/// Whether a job that stands still goes on with it; setbacks and changed settings don't move it.
[[nodiscard]] bool is_progress(const JobEvent& event);
void apply(JobRecord& record, const JobEvent& event, std::int64_t at_ms);

/// Folds a history. A history that breaks the table or can't be read is storage_failed.
[[nodiscard]] Result<JobRecord> replay(const std::string& id,
                                       const std::vector<StoredEvent>& events);

[[nodiscard]] StoredEvent encode_event(std::uint64_t seq, const JobEvent& event,
                                       std::int64_t at_ms);
[[nodiscard]] Result<JobEvent> decode_event(const StoredEvent& stored);
/// One sentence for people; job_describe.cpp.
[[nodiscard]] std::string describe(const JobEvent& event);
/// The same for programs that tell it in words of their own; job_facts.cpp.
[[nodiscard]] std::vector<EventFact> facts_of(const JobEvent& event);

}  // namespace ferry
