// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Copying disks: the controller tells the agent what to copy where, and the agent
// talks to the transition instance on its control port. The bytes themselves
// travel on the data port, see docs/protocol-data.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/job.hpp"
#include "messages/record.hpp"

namespace ferry {

struct SyncTarget {
  std::uint32_t index = 0;
  std::uint64_t source_size = 0;  // bytes; a smaller disk now is disk_shrank
  std::uint64_t target_size = 0;  // bytes, at least source_size
  FERRY_FIELDS(index, source_size, target_size)
};

/// Controller to agent: copy these disks and prove the copy. Idempotent by (job,
/// epoch): the first starts the work, later ones carry changed settings, all
/// answer at once with SyncStatus.
struct SyncDisks {
  std::string job;
  std::uint64_t epoch = 0;
  std::string token;    // of the transition instance
  std::string control;  // its endpoints and key
  std::string data;
  std::string public_key;  // Z85
  std::string digest_key;  // 32 bytes
  std::vector<SyncTarget> disks;
  std::uint32_t streams = 2;
  std::uint32_t credit_chunks = limits::credit_chunks_default;
  TransferSettings transfer;
  Layout layout = {};                      // as in EnsureInstance: then its parts are copied
  std::vector<std::string> excludes = {};  // as in JobSettings
  FERRY_MESSAGE("transfer.sync_disks", job, epoch, token, control, data, public_key, digest_key,
                disks, streams, credit_chunks, transfer, layout, excludes)
};

/// Ends the work of this job on the agent; epochs up to this one stay ended.
struct StopSync {
  std::string job;
  std::uint64_t epoch = 0;
  FERRY_MESSAGE("transfer.stop_sync", job, epoch)
};

/// A pass over the files of a mount point that has not copied all of them as they are.
struct FilePass {
  std::string mount_point;
  std::uint32_t pass = 0;    // as in DiskProgress
  std::uint64_t issues = 0;  // files
  std::string first;         // of them, as in ToldFileIssue
  FERRY_FIELDS(mount_point, pass, issues, first)
};

struct SyncStatus {
  std::string job;
  std::uint64_t epoch = 0;
  std::string state;  // running, stopped, failed or verified
  std::vector<DiskProgress> disks;
  std::uint16_t error_code = 0;
  std::string error;
  std::string fix;
  // Of this epoch, in their order: it only grows, to limits::file_passes_told_max
  std::vector<FilePass> file_passes = {};
  std::string bottleneck = {};  // as in JobView
  FERRY_MESSAGE("transfer.sync_status", job, epoch, state, disks, error_code, error, fix,
                file_passes, bottleneck)
};

/// Rules for files that are left out, in the syntax of docs/files.md.
struct ExcludeRules {
  std::string from;        // where they are from, for errors
  std::string place;       // of the part's tree below what their '/' is; empty: that is the tree
  std::vector<char> text;  // lines
  FERRY_FIELDS(from, place, text)
  friend bool operator==(const ExcludeRules&, const ExcludeRules&) = default;
};

/// Agent to transition instance: opens a data session for one disk, or with a layout for one of
/// its parts. So `disk` names a part in GetDigests and VerifyDisk, too.
struct OpenTransfer {
  std::string token;
  std::string job;
  std::uint64_t epoch = 0;
  std::uint32_t disk = 0;
  std::uint32_t streams = 2;
  std::uint32_t credit_chunks = limits::credit_chunks_default;
  bool sealed = true;
  std::vector<ExcludeRules> excludes = {};  // of a part's files; earlier ones decide first
  FERRY_MESSAGE("transfer.open", token, job, epoch, disk, streams, credit_chunks, sealed, excludes)
};
/// The secret never leaves the CURVE link; stream keys are derived from it.
struct TransferOpened {
  std::uint64_t session = 0;
  std::string secret;  // 32 bytes
  bool sealed = true;
  std::uint64_t digest_chunks = 0;  // chunks with any entry in the digest table
  bool certifies = false;  // of files: a comparison takes directories and lists what is the same
  bool patches = false;    // files that it has may be changed in part
  FERRY_MESSAGE("transfer.opened", session, secret, sealed, digest_chunks, certifies, patches)
};

/// Agent to transition instance: what does the target hold? The answer is the
/// truth that a resumed or incremental pass starts from.
struct GetDigests {
  std::string token;
  std::uint32_t disk = 0;
  std::uint64_t first_chunk = 0;
  std::uint32_t chunk_count = 256;
  FERRY_MESSAGE("transfer.get_digests", token, disk, first_chunk, chunk_count)
};
struct DigestPage {
  std::uint64_t first_chunk = 0;
  std::uint32_t chunk_count = 0;
  std::vector<char> entries;  // 16 bytes a granule; empty: all of these chunks hold nothing
  FERRY_MESSAGE("transfer.digest_page", first_chunk, chunk_count, entries)
};

/// Agent to transition instance: reads the target back and compares it with the
/// digest tree whose root is given. Idempotent; repeated until the state is final.
struct VerifyDisk {
  std::string token;
  std::uint64_t session = 0;
  std::uint32_t disk = 0;
  std::string root;  // 32 bytes
  std::uint32_t attempt = 1;
  FERRY_MESSAGE("transfer.verify_disk", token, session, disk, root, attempt)
};
struct VerifyStatus {
  std::string state;  // running, equal or different
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_done = 0;
  std::vector<std::uint64_t> bad_chunks;  // the first 1000 that differ; sent again by a new pass
  FERRY_MESSAGE("transfer.verify_status", state, bytes_total, bytes_done, bad_chunks)
};

/// Agent to transition instance: all parts of a disk that was made from a layout are proven. It
/// becomes a plain image file, and the root of that is told. Idempotent; repeated until the state
/// is final. The next session of one of its parts opens the disk again. A manifest of files that is
/// not what the source has, or is lost, is verify_mismatch.
struct SealDisk {
  std::string token;
  std::uint64_t epoch = 0;
  std::uint32_t disk = 0;               // its place in the layout
  std::vector<ProvenFiles> files = {};  // of its parts, as the source knows them
  FERRY_MESSAGE("transfer.seal_disk", token, epoch, disk, files)
};
struct SealStatus {
  std::string state;  // running or sealed
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_done = 0;
  std::string root;                     // 32 bytes, once it is sealed
  std::vector<ProvenFiles> files = {};  // those of the question, as the target has them, too
  FERRY_MESSAGE("transfer.seal_status", state, bytes_total, bytes_done, root, files)
};

}  // namespace ferry
