// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator asks of migration jobs, and what a job tells.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "messages/boot.hpp"
#include "messages/finding.hpp"
#include "messages/layout.hpp"
#include "messages/machine.hpp"
#include "messages/record.hpp"
#include "messages/tag.hpp"

namespace ferry {

/// How a job moves bytes. May change while it runs (F94).
struct TransferSettings {
  std::uint64_t bandwidth_mbps = 0;                         // on network bytes (F81); 0: unlimited
  std::uint32_t compression = limits::compression_default;  // 0 to 10 (F82)
  bool adaptive_compression = true;
  std::string ssl = "auto";  // auto, on or off (F84)
  bool checksum = false;     // reads the target back after every pass, not only the last (F83)
  FERRY_FIELDS(bandwidth_mbps, compression, adaptive_compression, ssl, checksum)
};

struct TargetDiskSize {
  std::uint32_t index = 0;
  std::uint64_t size = 0;  // bytes; must not be smaller than the source disk
  FERRY_FIELDS(index, size)
};

struct JobSettings {
  std::string source;
  std::string name;  // unique among unfinished jobs; 2 to 128 characters
  std::string description;
  std::string image_name;    // 2 to 128 characters; default: the job's name
  std::string image_prefix;  // of objects in the bucket, 1 to 30 letters and digits (F58, L27)
  std::string region;        // of the ENS image: cn-beijing or ap-southeast-1 (F57)
  std::vector<TargetDiskSize> disks;  // empty: all disks at the source's sizes (F65)
  TransferSettings transfer;
  bool run_once = true;                 // false: one image after another until cut-over
  std::uint32_t frequency_hours = 0;    // between two runs, 1 to 168; for run_once = false
  std::uint32_t images_to_keep = 0;     // newest ones, 1 to 10; for run_once = false
  std::int64_t scheduled_start_ms = 0;  // at most 30 days ahead; 0: started by hand
  std::int64_t valid_until_ms = 0;      // 7 to 90 days after creation; 0: after ...
  std::uint32_t valid_days = 0;         // ... so many days; 0: 30. Only in requests
  std::string fixups;                   // auto or off; empty in a request: auto, else off
  std::string network;                  // of the image: dhcp (default), keep or as-is
  LayoutWish layout = {};               // then `disks` is empty in a request
  std::string boot_proof;  // required, warn, off; empty in a request: the cluster file's, else off
  // Rules for files that are left out (docs/files.md), one each, counted from the server's root;
  // at most limits::job_excludes_max. Not in lists
  std::vector<std::string> excludes = {};
  std::vector<Tag> tags = {};
  // Parameters of the SMC API that mean nothing here, by their names there; they are told again
  std::vector<Tag> remembered = {};
  MachineWish machine = {};  // only if jobs of this cluster rent machines
  std::string license = {};  // of the ENS image: "" (the cloud's) or BYOL (F85)
  // Whether the log lines of the source server's agent are kept here at the job's end (F88)
  bool diagnostic_logs = true;
  // Where images lie between export and import (F59, F60), by its name in the cluster file; empty:
  // in [bucket]
  std::string bucket = {};
  FERRY_FIELDS(source, name, description, image_name, image_prefix, region, disks, transfer,
               run_once, frequency_hours, images_to_keep, scheduled_start_ms, valid_until_ms,
               valid_days, fixups, network, layout, boot_proof, excludes, tags, remembered, machine,
               license, diagnostic_logs, bucket)
};

/// Makes a job in state Ready. Idempotent by `client_token`.
struct CreateJob {
  std::string client_token;
  JobSettings settings;
  // true: image_name_used if the image of another unfinished job of the region is to have its name
  bool unique_image_name = false;
  FERRY_MESSAGE("job.create", client_token, settings, unique_image_name)
};
/// Starts a Ready job, goes on with a Stopped one, retries one in error, begins the next
/// run of a Waiting one.
struct StartJob {
  std::string job;
  std::string wanted;  // start, resume or retry; "" accepts all three
  // Of this and the next ones: JobView::version of the job that whoever asks has seen;
  // changed_meanwhile if it is another one by now. 0: whichever it is
  std::uint64_t based_on = 0;
  FERRY_MESSAGE("job.start", job, wanted, based_on)
};
/// Pauses a job that is Syncing (F95) or Waiting.
struct PauseJob {
  std::string job;
  std::uint64_t based_on = 0;
  FERRY_MESSAGE("job.pause", job, based_on)
};
/// Ends a job that isn't finished, also a running one, and releases all it holds (F103).
struct CancelJob {
  std::string job;
  std::uint64_t based_on = 0;
  FERRY_MESSAGE("job.cancel", job, based_on)
};
/// Deletes a job that doesn't run, and releases all it holds. Its images stay.
struct DeleteJob {
  std::string job;
  std::uint64_t based_on = 0;
  FERRY_MESSAGE("job.delete", job, based_on)
};
/// Ends an incremental job that is Waiting with the image it has, or after one last run.
struct CutOverJob {
  std::string job;
  bool sync_data = false;  // true: the last run
  std::uint64_t based_on = 0;
  FERRY_MESSAGE("job.cut_over", job, sync_data, based_on)
};
/// Changes speed limit, compression or sealing, also while Syncing (F94), and whatever
/// else its state allows to change.
struct ModifyJob {
  std::string job;
  TransferSettings transfer;
  bool keep_transfer = false;  // true: `transfer` says nothing
  std::string name = {};       // empty: as it is
  bool set_description = false;
  std::string description = {};
  std::int64_t scheduled_start_ms = -1;  // -1: as it is; 0: started by hand
  std::int64_t valid_until_ms = 0;       // 0: as it is
  std::uint32_t frequency_hours = 0;     // 0: as it is
  std::uint32_t images_to_keep = 0;      // 0: as it is
  std::string fixups = {};               // empty: as it is
  std::string network = {};              // empty: as it is
  std::string boot_proof = {};           // empty: as it is
  bool set_excludes = false;
  std::vector<std::string> excludes = {};  // instead of those that it has
  std::string image_name = {};             // empty: as it is
  TagChange tags = {};
  std::vector<Tag> remember = {};  // instead of what is remembered under these names
  bool set_layout = false;
  LayoutWish layout = {};  // of a Ready job, instead of the one that it has
  bool set_machine = false;
  MachineWish machine = {};        // of a Ready job, instead of the one that it has
  bool unique_image_name = false;  // as for CreateJob
  std::uint64_t based_on = 0;
  std::string diagnostic_logs = {};  // on or off; empty: as it is
  FERRY_MESSAGE("job.modify", job, transfer, keep_transfer, name, set_description, description,
                scheduled_start_ms, valid_until_ms, frequency_hours, images_to_keep, fixups,
                network, boot_proof, set_excludes, excludes, image_name, tags, remember, set_layout,
                layout, unique_image_name, set_machine, machine, based_on, diagnostic_logs)
};
struct GetJob {
  std::string job;
  FERRY_MESSAGE("job.get", job)
};
/// Lists jobs, oldest first, in pages. Deleted ones are not listed.
struct ListJobs {
  std::string status;                             // empty: all
  std::uint32_t offset = 0;                       // jobs left out at the beginning
  std::uint32_t limit = limits::jobs_listed_max;  // of jobs in the answer
  FERRY_MESSAGE("job.list", status, offset, limit)
};

/// A file that is not copied as it is.
struct ToldFileIssue {
  std::uint16_t code = 0;  // file_changed, file_unreadable or file_unsupported
  std::string what;        // with mount point and path, fit to be printed
  FERRY_FIELDS(code, what)
};

/// What both ends have found to be the same of the files of a mount point, by their digests
/// (docs/certificate.md).
struct ProvenFiles {
  std::string mount_point;
  std::uint32_t part = 0;     // of the layout
  std::uint64_t entries = 0;  // that are the same
  std::uint64_t changed = 0;  // that are not, because the source changed them after the last pass
  std::uint64_t unheld = 0;   // of which the target can't hold all
  std::uint64_t bytes = 0;    // of the manifest that lists them
  std::string sha256;         // of the manifest, hex; empty: there is none
  FERRY_FIELDS(mount_point, part, entries, changed, unheld, bytes, sha256)
};

/// A part of a disk made anew that went by blocks.
struct ProvenBlocks {
  std::uint32_t part = 0;           // of the layout
  std::uint32_t source_disk = 0;    // its index
  std::uint64_t source_offset = 0;  // bytes
  std::uint64_t target_offset = 0;
  std::uint64_t bytes = 0;
  std::string tree_root;  // hex, of these bytes, the same at both ends
  FERRY_FIELDS(part, source_disk, source_offset, target_offset, bytes, tree_root)
};

struct DiskProgress {
  std::uint32_t index = 0;
  std::string phase;  // waiting, copying, settling, snapshot, frozen, verifying or verified
  std::uint32_t pass = 0;
  std::uint64_t bytes_total = 0;    // bytes this pass has to look at
  std::uint64_t bytes_done = 0;     // of these, settled: durable on the target or found equal
  std::uint64_t bytes_sent = 0;     // uncompressed, all passes of this run
  std::uint64_t bytes_skipped = 0;  // free, zero or equal
  std::uint64_t wire_bytes = 0;
  std::string tree_root;  // hex; known once verified
  // Of which moment the copy is: at_rest, application, frozen, snapshot, stable, files or moving;
  // empty before the last pass is over (docs/consistency.md)
  std::string consistency;
  std::int64_t pause_expected_ms = -1;  // of the file systems, in the last pass; -1: unknown
  std::int64_t pause_ms = -1;           // that it took; -1: none yet
  // That the newest pass over each of its mount points has not copied as they are; the first ones,
  // at most limits::file_issues_told_max. Not in lists
  std::uint64_t file_issues = 0;
  std::vector<ToldFileIssue> first_file_issues = {};
  // Of the parts of a disk made anew, as each is proven. Not in lists
  std::vector<ProvenFiles> files = {};
  std::vector<ProvenBlocks> blocks = {};
  // Where it is settled: of each part of the disk, all of them of one size, 0 (nothing) to 255
  // (all), as the pass that runs has found it or made it; at most limits::disk_map_parts_max. Empty
  // for a disk that is made anew. Not in lists
  std::vector<char> map = {};
  // On the network, and the target has not said that it has them durably
  std::uint64_t unconfirmed_bytes = 0;
  FERRY_FIELDS(index, phase, pass, bytes_total, bytes_done, bytes_sent, bytes_skipped, wire_bytes,
               tree_root, consistency, pause_expected_ms, pause_ms, file_issues, first_file_issues,
               files, blocks, map, unconfirmed_bytes)
};

struct ImageDisk {
  std::uint32_t index = 0;
  std::string file;  // path of the qcow2 in the registry
  std::uint64_t virtual_size = 0;
  std::uint64_t file_size = 0;
  std::string sha256;     // hex, of the file
  std::string tree_root;  // hex, of the source disk; fix-ups change the image after its proof
  FERRY_FIELDS(index, file, virtual_size, file_size, sha256, tree_root)
};

struct ChangedRange {
  std::uint64_t offset = 0;  // bytes of the disk
  std::uint64_t length = 0;
  FERRY_FIELDS(offset, length)
};
/// Where an image's disk differs from the source: all bytes outside of the ranges are equal.
struct PreparedDisk {
  std::uint32_t index = 0;
  std::uint64_t changed_bytes = 0;    // of all ranges
  std::vector<ChangedRange> changed;  // ascending; at most limits::changed_ranges_max
  FERRY_FIELDS(index, changed_bytes, changed)
};
/// What boot fix-ups changed of a file of the guest, and why.
struct FixUpReason {
  std::string file;
  std::string fix_up;
  std::string reason;
  FERRY_FIELDS(file, fix_up, reason)
};
/// How an image was made fit to boot.
struct FixUpReport {
  std::string outcome;  // applied, or no_guest; empty: nobody asked for it
  std::uint32_t patches = 0;
  std::vector<std::string> rebuilt;       // by these commands
  std::vector<std::string> notes;         // at most limits::fix_up_notes_max
  std::vector<PreparedDisk> disks;        // those that differ from the source
  std::vector<FixUpReason> reasons = {};  // of the patches, at most limits::fix_up_reasons_max
  FERRY_FIELDS(outcome, patches, rebuilt, notes, disks, reasons)
};

/// One image and how it came to be. A run that was paused or retried is still one run.
struct JobRun {
  std::string image;  // ENS image id; empty until it exists
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;  // 0: not yet
  std::string type;           // Manual or Schedule
  FERRY_FIELDS(image, started_ms, ended_ms, type)
};

/// A temporary resource that a job keeps, and what that costs (F102).
struct HeldResource {
  std::string token;
  std::string kind;  // machine, instance, export or import
  std::string node;
  std::uint64_t bytes = 0;  // that its disks or objects take at most; 0: not known yet
  std::int64_t since_ms = 0;
  // When it goes: now (it is being released), run (with the run that it is of), or job (with the
  // job). A job that is canceled gives all of it back; one in error keeps it
  std::string until = {};
  // By the prices of the cluster file, as of the moment of the answer; below 0: not known
  double cost_per_hour = -1;
  double cost = -1;
  FERRY_FIELDS(token, kind, node, bytes, since_ms, until, cost_per_hour, cost)
};

struct JobView {
  std::string id;
  JobSettings settings;
  // Ready, Running, Stopped, InError, Waiting, Finished, Expired, Deleting (smc-api 2.2)
  std::string status;
  std::string business_status;  // Preparing, Syncing, Processing or Cleaning while Running
  std::string step;             // what it does right now, for people
  double progress = 0;          // 0 to 100
  std::uint64_t epoch = 0;
  std::uint64_t speed_bytes = 0;    // uncompressed bytes per second (F91)
  std::uint64_t network_bytes = 0;  // bytes per second on the wire
  std::int64_t remaining_s = -1;    // (total - transferred) / speed (F92); -1: unknown
  std::vector<DiskProgress> disks;
  std::string instance;  // transition instance
  std::string image;     // ENS image id, once imported
  std::string image_path;
  std::vector<ImageDisk> image_disks;
  std::uint16_t error_code = 0;
  std::string error;
  std::string fix;
  std::string waiting_for;  // a node that must come back first, or the source and what to mend
  std::int64_t created_ms = 0;
  std::int64_t started_ms = 0;
  std::int64_t ended_ms = 0;
  std::vector<JobRun> runs;         // the newest limits::runs_kept_max; not in lists
  std::uint32_t run_number = 0;     // of the newest run
  std::int64_t next_run_ms = 0;     // of a Waiting or scheduled job; 0: none by itself
  std::vector<std::string> images;  // ids of those that exist, oldest first
  std::vector<HeldResource> holds;  // until they are released, in the order of their making
  std::vector<Finding> warnings;    // of the source server, as starts told them; not in lists
  FixUpReport fix_ups;              // of the newest image; in lists without ranges
  Layout layout;                    // of its disks, if it is not the source's; not in lists
  ImageBoot boot;                   // of the newest image, also of one that was refused; in lists
                                    // without milestones and evidence
  MachineView machine;              // that holds the instance
  // What was to know when it was made, though nothing is wrong: costs and licences; not in lists
  std::vector<Finding> notices;
  std::uint64_t version = 0;  // grows with each change of its state or its settings
  // Of this run: how often a failure that passes by itself has made it begin again, and how many
  // bytes were on the network then and not known to be durable on the target. So many at most were
  // sent twice, and of files also what was there of one that was half sent, which is not counted
  std::uint32_t restarts = 0;
  std::uint64_t resent_bytes = 0;
  // What copying has waited for most in the last seconds: source_disk, cpu, network, target or
  // limit (of its speed); empty: it doesn't copy, or that isn't known yet
  std::string bottleneck = {};
  std::string currency = {};        // of the costs of what it holds; empty: no prices are known
  std::string trace = {};           // 32 digits: the logs of all processes have it in its lines
  std::int64_t still_since_ms = 0;  // it runs, and nothing has moved since then; 0: not for long
  FERRY_MESSAGE("job.view", id, settings, status, business_status, step, progress, epoch,
                speed_bytes, network_bytes, remaining_s, disks, instance, image, image_path,
                image_disks, error_code, error, fix, waiting_for, created_ms, started_ms, ended_ms,
                runs, run_number, next_run_ms, images, holds, warnings, fix_ups, layout, boot,
                machine, notices, version, restarts, resent_bytes, bottleneck, currency, trace,
                still_since_ms)
};
struct JobList {
  std::vector<JobView> jobs;
  std::uint32_t total = 0;  // jobs of this status
  FERRY_MESSAGE("job.list_answer", jobs, total)
};

/// Asks for a job's history after event `after_seq`, oldest first.
struct ListEvents {
  std::string job;
  std::uint64_t after_seq = 0;
  FERRY_MESSAGE("job.list_events", job, after_seq)
};
/// A part of what happened, for those who tell it in other words: {"node", "worker-1"}.
struct EventFact {
  std::string name;
  std::string value;
  FERRY_FIELDS(name, value)
};
struct EventView {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  std::string type;
  std::string text;
  std::vector<EventFact> facts = {};
  FERRY_FIELDS(seq, at_ms, type, text, facts)
};
struct EventList {
  std::vector<EventView> events;
  FERRY_MESSAGE("job.event_list", events)
};

}  // namespace ferry
