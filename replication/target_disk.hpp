// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The receiving side's disk: a raw image file or a block device, and beside it
// the digest table that says what the disk durably holds. The table is the truth
// for every later pass, so it is written after the data it speaks of, and what a
// crash left between the two is read again at the next open.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "replication/digest_table.hpp"
#include "replication/frame.hpp"
#include "replication/session_target.hpp"
#include "replication/write_intent.hpp"

namespace ferry {

class DiskReader;

struct TargetOptions {
  std::filesystem::path path;        // raw file (created sparse) or block device
  std::filesystem::path table_path;  // "<table_path>.intent" is used as well
  std::uint64_t bytes = 0;           // size of the disk
  /// Not all of the file is this disk, but its bytes from here: a partition of a larger one, which
  /// exists. Nothing else in it is touched.
  std::optional<std::uint64_t> offset = {};
  std::string digest_key;  // 32 bytes, the same at the source
  /// The target is known to read as zeros (a new volume), so it is not read when
  /// there is no table yet. A file made by open() counts as blank by itself.
  bool blank = false;
  /// It has been made before: nothing is made of it again, its absence is instance_gone.
  bool must_exist = false;
};

struct VerifyResult {
  std::string root;  // of the disk as it was read
  std::uint64_t bytes_read = 0;
  std::uint64_t bad_chunks_total = 0;
  std::vector<std::uint64_t> bad_chunks;  // the first ones, at most 4096
};

struct VerifyProgress {
  std::atomic<std::uint64_t> bytes_checked{0};  // reaches the disk's size
};

/// Writes may come from several threads; commit, recover and verify from one at
/// a time, and verify only while no session writes.
class TargetDisk : public SessionTarget {
 public:
  /// Opens disk and table, and reads again what a crash left unsettled. The stop
  /// token matters when a used disk comes without a table: all of it is read.
  [[nodiscard]] static Result<std::unique_ptr<TargetDisk>> open(const TargetOptions& options,
                                                                const std::stop_token& stop = {});

  [[nodiscard]] DigestTable& table() { return table_; }
  [[nodiscard]] std::uint64_t bytes() const { return options_.bytes; }
  [[nodiscard]] std::uint64_t granules() const { return table_.granules(); }
  [[nodiscard]] const GranuleHasher& hasher() const { return hasher_; }

  /// Writes the runs; `leaves` are those of the data runs in order. After an
  /// error the disk must be recovered before it is used again.
  [[nodiscard]] Result<> write(std::span<const frame::Run> runs, std::span<const std::byte> data,
                               std::span<const Leaf> leaves);
  /// Bytes written and not yet committed.
  [[nodiscard]] std::uint64_t pending_bytes() const { return pending_bytes_.load(); }
  /// Makes all writes that returned before this call durable, then their leaves.
  [[nodiscard]] Result<> commit();
  /// Brings the table in line with the disk after a crash or a failed write.
  [[nodiscard]] Result<> recover(const std::stop_token& stop = {});
  [[nodiscard]] bool needs_recovery() const { return failed_.load(); }

  /// Reads the whole target from the disk itself and compares it with the table.
  /// Where they differ, the table gets what the disk really holds, so that the
  /// next pass sends those granules again.
  [[nodiscard]] Result<VerifyResult> verify(VerifyProgress& progress, const std::stop_token& stop);

 private:
  struct Entry {
    std::uint64_t granule;
    Leaf leaf;
  };
  struct ZeroRun {
    std::uint64_t granule;
    std::uint32_t count;
  };
  struct Batch {
    std::vector<Entry> entries;
    std::vector<ZeroRun> zeros;
  };

  TargetDisk(TargetOptions options, DigestTable table);

  Result<> write_runs(std::span<const frame::Run> runs, std::span<const std::byte> data);
  Result<> write_zeros(std::uint64_t offset, std::uint64_t length);
  Result<> store(Batch& batch);
  Result<> store_zeros(const ZeroRun& run);
  Result<> check_chunks(std::uint64_t first, std::uint64_t last, VerifyResult& result,
                        VerifyProgress& progress, const std::stop_token& stop);
  Result<bool> check_chunk(std::uint64_t chunk, DiskReader& reader);

  TargetOptions options_;
  GranuleHasher hasher_;
  DigestTable table_;
  WriteIntent intent_;
  Fd fd_;
  std::uint64_t base_ = 0;  // of the disk in the file

  std::mutex pending_mutex_;
  Batch pending_;
  std::uint64_t commit_number_ = 1;  // of the commit that will take `pending_`
  std::atomic<std::uint64_t> pending_bytes_{0};
  std::mutex commit_mutex_;
  std::atomic<bool> failed_{false};
};

}  // namespace ferry
