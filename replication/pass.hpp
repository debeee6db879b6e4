// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One pass over a source disk: read what is in use, compare each granule with
// what the target is known to hold, send what differs, and wait until it is
// durable there. The first full copy is a pass with an empty table, a resume is
// a pass with the table downloaded from the receiver, a delta is one more pass.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "base/limits.hpp"
#include "replication/digest_table.hpp"
#include "replication/seal.hpp"
#include "replication/settled_map.hpp"
#include "replication/stage_times.hpp"

namespace ferry {

/// Fills the span from the source at the offset. Called from several threads with
/// buffers and offsets aligned to 4096 (fit for O_DIRECT); the length is a
/// multiple of 4096 except at the end of the disk.
using ReadFunction = std::function<Result<>(std::uint64_t offset, std::span<std::byte> to)>;

struct PassSettings {
  std::string endpoint;  // "tcp://10.0.0.7:8703"
  SessionKey key;
  std::string digest_key;  // 32 bytes
  std::uint32_t streams = 2;
  /// Lowers the compression level where it, and not the link, is the slow part.
  bool adaptive = true;
  /// All of the disk is looked at. Otherwise what is outside of the used extents stays as it is.
  bool whole = true;
  /// Of large files that the target has in another state only what differs is sent. Off, if the
  /// receiver is of a version that doesn't know how.
  bool patches = true;
  /// No acknowledgement for this long while frames are under way: transfer_broken.
  std::chrono::milliseconds stall_timeout{15'000};
};

/// What may be changed while the pass runs, from any thread.
struct PassControl {
  std::atomic<std::uint64_t> bandwidth_mbps{0};  // 10^6 bits of frames per second; 0: no limit
  std::atomic<int> compression{static_cast<int>(limits::compression_default)};  // 0..10
  std::atomic<bool> paused{false};
};

/// May be read at any time from any thread.
struct PassProgress {
  std::atomic<std::uint64_t> bytes_total{0};  // to examine: used, and freed as it is found
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::uint64_t> bytes_sent_raw{0};  // data sent, before compression
  std::atomic<std::uint64_t> bytes_durable{0};   // settled: equal, or durable on the target
  std::atomic<std::uint64_t> bytes_skipped_zero{0};
  std::atomic<std::uint64_t> bytes_skipped_equal{0};
  std::atomic<std::uint64_t> bytes_zeroed{0};       // told as zero runs
  std::atomic<std::uint64_t> wire_bytes{0};         // frames sent
  std::atomic<std::uint64_t> unconfirmed_bytes{0};  // of these, not known to be durable
  std::atomic<std::uint64_t> chunks{0};
  std::atomic<std::uint64_t> files_total{0};  // of a tree: listed so far
  std::atomic<std::uint64_t> files_done{0};   // of a tree: equal, or sent
  std::atomic<int> level{0};                  // compression level of the last chunk
  SettledMap map;                             // of a pass over blocks
  StageTimes times{};                         // of all passes
};

struct PassResult {
  std::uint64_t bytes_examined = 0;
  std::uint64_t bytes_sent_raw = 0;
  std::uint64_t bytes_zeroed = 0;
  std::uint64_t wire_bytes = 0;
  std::uint64_t chunks = 0;
};

/// Runs one pass. `used` is sorted, without overlaps, aligned to 4096 (but for the
/// end of the disk); granules outside of it that the table knows as data are sent
/// as zeros, if the pass is of the whole disk. `sender_table` is kept in step with
/// what was *sent*: after an error or a stop, throw it away and download the
/// receiver's before the next pass. Nothing is sent twice here; retrying is the
/// caller's. Errors: transfer_broken, transfer_refused, transfer_corrupt, fenced,
/// sealing_required, disk_full, disk_write_failed (target), whatever `read`
/// returned, canceled.
[[nodiscard]] Result<PassResult> run_pass(const ReadFunction& read, std::uint64_t disk_bytes,
                                          std::span<const Extent> used, DigestTable& sender_table,
                                          const PassSettings& settings, PassControl& control,
                                          PassProgress& progress, const std::stop_token& stop);

}  // namespace ferry
