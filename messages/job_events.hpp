// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What happened to a job, as the journal keeps it. The same rules as for messages
// hold: only add fields with defaults, never rename, because histories are read
// by every later version.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "messages/image.hpp"
#include "messages/job.hpp"
#include "messages/layout.hpp"
#include "messages/machine.hpp"
#include "messages/record.hpp"
#include "messages/transfer.hpp"

namespace ferry {

/// Everything the job needs to know of its source, as it was when the job was made.
struct JobCreated {
  JobSettings settings;
  std::string source_public_key;
  std::vector<std::uint64_t> source_disk_bytes;
  ImageOrigin origin;
  std::vector<char> digest_key;  // 32 bytes
  JobSettings wish;              // before defaults; tells a repeated request from another one
  std::vector<SourceVolume> volumes = {};
  std::vector<SourceNic> nics = {};
  Layout layout = {};  // as the wish is planned for now; that of the first start counts
  std::vector<Finding> notices = {};
  std::string trace = {};  // 32 digits, of the request that made it; empty: it gets one by its id
  FERRY_MESSAGE("event.job_created", settings, source_public_key, source_disk_bytes, origin,
                digest_key, wish, volumes, nics, layout, notices, trace)
};
/// Begins a run, or goes on with one that was paused or failed.
struct JobStarted {
  std::string how;                     // start, resume or retry
  std::string type = "Manual";         // or Schedule
  std::vector<Finding> warnings = {};  // of the source server, that no earlier start has told
  Layout layout = {};                  // of the first start, if the wish changes the disks
  FERRY_MESSAGE("event.job_started", how, type, warnings, layout)
};
/// Journalled with the ledger's intent, before the worker is asked.
struct MachineIntended {
  std::string token;
  std::string worker;        // that rents it
  std::vector<char> secret;  // 24 bytes, with which its nodes join, once
  FERRY_MESSAGE("event.machine_intended", token, worker, secret)
};
struct MachineRented {
  std::string id;
  std::string address;
  std::string type;
  std::vector<RentedDisk> disks = {};
  FERRY_MESSAGE("event.machine_rented", id, address, type, disks)
};
/// Its nodes are enrolled: from now on the secret serves no other keys.
struct MachineEnrolled {
  std::string transition_key;
  std::string worker_key;
  FERRY_MESSAGE("event.machine_enrolled", transition_key, worker_key)
};
/// Journalled with the ledger's intent, before the node is asked.
struct InstanceIntended {
  std::string token;
  std::string node;
  FERRY_MESSAGE("event.instance_intended", token, node)
};
struct InstanceReady {
  std::string control;
  std::string data;
  std::string public_key;
  std::vector<std::string> disk_paths;
  FERRY_MESSAGE("event.instance_ready", control, data, public_key, disk_paths)
};
/// Files were not copied as they are. One for each pass over a mount point of which that is true.
struct FilesDiffer {
  std::uint32_t number = 0;  // of those in SyncStatus::file_passes that are told, this one counted
  FilePass pass;
  FERRY_MESSAGE("event.files_differ", number, pass)
};
struct DisksVerified {
  std::vector<DiskProgress> disks;
  FERRY_MESSAGE("event.disks_verified", disks)
};
/// The target disks do not hold any more what was proven, found before they were an image:
/// with a new epoch they are mended, proven again, and exported anew.
struct CopyRefuted {
  std::string why;
  FERRY_MESSAGE("event.copy_refuted", why)
};
/// Journalled with the ledger's intent, before the worker is asked.
struct ExportIntended {
  std::string token;
  std::string worker;
  std::string image;  // m-..., part of the objects' names
  FERRY_MESSAGE("event.export_intended", token, worker, image)
};
struct ImageExported {
  std::vector<ImageObject> objects;
  FixUpReport fix_ups = {};
  ImageBoot boot = {};
  std::vector<AttachedFile> files = {};
  std::string version = {};  // of the worker
  FERRY_MESSAGE("event.image_exported", objects, fix_ups, boot, files, version)
};
/// The serial console of a boot proof, before its image is exported or refused.
struct BootSeen {
  std::string image;          // m-...
  std::vector<char> console;  // its end; at most limits::boot_log_bytes_max
  FERRY_MESSAGE("event.boot_seen", image, console)
};
/// Journalled with the ledger's intent; from ImageImported on the image is the user's.
struct ImportIntended {
  std::string token;
  FERRY_MESSAGE("event.import_intended", token)
};
struct ImageImported {
  std::string image;  // ENS image id
  std::string path;
  std::vector<ImageDisk> disks;
  FERRY_MESSAGE("event.image_imported", image, path, disks)
};
/// The image has its certificate, which lies beside it; made of the events before.
struct ImageCertified {
  std::string image;
  std::vector<char> certificate;  // the file's bytes
  FERRY_MESSAGE("event.image_certified", image, certificate)
};
struct ResourceReleased {
  std::string token;
  std::string kind;
  FERRY_MESSAGE("event.resource_released", token, kind)
};
/// What the job gives back can't be released, and it can't end before. Journalled once for
/// each time that this begins.
struct ReleaseStalled {
  std::string token;  // of its ledger row; of an image that is too many, its import's
  std::string kind;   // of the row; or image
  std::string node;
  std::uint16_t code = 0;
  std::string why;
  std::string fix;
  FERRY_MESSAGE("event.release_stalled", token, kind, node, code, why, fix)
};
/// An operator has given it up: the row ends, and what is left of it counts as leaked.
struct ResourceAbandoned {
  std::string token;
  std::string kind;
  std::string node;
  FERRY_MESSAGE("event.resource_abandoned", token, kind, node)
};
struct JobFinished {
  bool ok = true;
  FERRY_MESSAGE("event.job_finished", ok)
};
/// A transient failure: the work begins again with a new epoch, from what is durable.
struct JobRestarted {
  std::uint16_t code = 0;
  std::string why;
  std::uint64_t unconfirmed_bytes = 0;  // on the network then, as in DiskProgress
  FERRY_MESSAGE("event.job_restarted", code, why, unconfirmed_bytes)
};
/// It runs, and nothing has moved for as long as [jobs] progress_patience_s says. Journalled once
/// for each time that this begins; it ends with JobMoved, or with any event that is progress.
struct JobStalled {
  std::string step;
  std::int64_t since_ms = 0;
  std::string waiting_for;  // as in JobView
  FERRY_MESSAGE("event.job_stalled", step, since_ms, waiting_for)
};
struct JobMoved {
  bool ok = true;
  FERRY_MESSAGE("event.job_moved", ok)
};
struct JobPaused {
  bool ok = true;
  FERRY_MESSAGE("event.job_paused", ok)
};
struct JobFailed {
  std::uint16_t code = 0;
  std::string why;
  std::string fix;
  std::vector<HeldResource> holds = {};  // until it is retried or canceled
  ImageBoot boot = {};                   // of an image that is refused because of it
  FERRY_MESSAGE("event.job_failed", code, why, fix, holds, boot)
};
/// What a setting was and is, in words: {"speed limit", "100 Mbit/s", "none"}.
struct SettingChange {
  std::string name;
  std::string before;
  std::string after;
  FERRY_FIELDS(name, before, after)
};
struct TransferModified {
  TransferSettings transfer;
  std::vector<SettingChange> changes = {};
  FERRY_MESSAGE("event.transfer_modified", transfer, changes)
};
/// What a user changed; settings as a whole, as they are from now on.
struct JobModified {
  JobSettings settings;
  bool set_layout = false;  // the disks are to be other ones:
  Layout layout = {};       // none if each goes over whole
  std::vector<std::uint64_t> source_disk_bytes = {};
  std::vector<SettingChange> changes = {};
  FERRY_MESSAGE("event.job_modified", settings, set_layout, layout, source_disk_bytes, changes)
};
/// The end of an incremental job begins, with one last run or without.
struct CutOverStarted {
  bool sync_data = false;
  FERRY_MESSAGE("event.cut_over_started", sync_data)
};
/// A run that is not the last one has its image and holds only the instance.
struct RunFinished {
  bool ok = true;
  FERRY_MESSAGE("event.run_finished", ok)
};
/// An image is one too many; journalled before the registry is asked to remove it.
struct ImageRetired {
  std::string image;
  FERRY_MESSAGE("event.image_retired", image)
};
struct ImageRemoved {
  std::string image;
  bool abandoned = false;  // an operator has given its removal up: it is there, and the user's
  FERRY_MESSAGE("event.image_removed", image, abandoned)
};
/// The worker is gone while it worked for this job. What it had begun stays in the
/// ledger under its old names, and is done anew elsewhere under new ones.
struct WorkerReplaced {
  std::string lost;
  std::string worker;  // the one that goes on
  FERRY_MESSAGE("event.worker_replaced", lost, worker)
};
struct JobExpired {
  bool ok = true;
  FERRY_MESSAGE("event.job_expired", ok)
};
struct JobCanceled {
  bool ok = true;
  std::string how = "cancel";  // or delete (by the user), or expiry
  FERRY_MESSAGE("event.job_canceled", ok, how)
};
struct JobDeleted {
  bool ok = true;
  FERRY_MESSAGE("event.job_deleted", ok)
};

using AnyJobEvent =
    std::variant<JobCreated, JobStarted, InstanceIntended, InstanceReady, DisksVerified,
                 ExportIntended, ImageExported, ImportIntended, ImageImported, ResourceReleased,
                 ReleaseStalled, ResourceAbandoned, JobFinished, JobRestarted, JobPaused, JobFailed,
                 TransferModified, JobModified, CutOverStarted, RunFinished, ImageRetired,
                 ImageRemoved, WorkerReplaced, JobExpired, JobCanceled, JobDeleted, CopyRefuted,
                 ImageCertified, FilesDiffer, MachineIntended, MachineRented, MachineEnrolled,
                 BootSeen, JobStalled, JobMoved>;

/// What has happened to a migration job. Its copies and its end are in the .cpp: made anew in
/// every file they were half of what some take to compile.
class JobEvent : public AnyJobEvent {
 public:
  using AnyJobEvent::AnyJobEvent;
  JobEvent();
  JobEvent(const JobEvent&);
  JobEvent(JobEvent&&) noexcept;
  JobEvent& operator=(const JobEvent&);
  JobEvent& operator=(JobEvent&&) noexcept;
  ~JobEvent();
};

}  // namespace ferry
