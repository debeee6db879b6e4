// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which blocks of a disk are written while it is copied, as the kernel completes the writes:
// a small BPF program at the tracepoint block:block_rq_complete marks them in shared memory.
// So the last pass, for which file systems are held still, reads what was written since the
// pass before and not the whole disk. Nothing is installed; it ends with this process, however
// that ends.
//
// A mark that is missing would be a wrong copy that looks right, so the kernel's own count of
// written sectors has to be covered by what the program has counted. Where it isn't, and where
// the kernel offers no such program, there are no marks and everything is read.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "base/limits.hpp"
#include "disk/source_disk.hpp"

namespace ferry {

class WriteTracker {
 public:
  /// Begins. Needs root, Linux 5.5, and a disk that gives its requests to a driver itself: one
  /// on top of others (device-mapper, RAID, several paths) has none of its own.
  /// Error: source_unsupported, with the reason.
  [[nodiscard]] static Result<WriteTracker> watch(const SourceDisk& disk);
  WriteTracker(WriteTracker&&) noexcept;
  WriteTracker& operator=(WriteTracker&&) noexcept;
  ~WriteTracker();

  /// Returns how many bytes are marked, of blocks of limits::tracked_block_bytes that have to do
  /// with the range of the disk. Cheap enough to be asked often.
  [[nodiscard]] std::uint64_t marked_bytes(const Extent& range = {0, limits::disk_bytes_max}) const;
  /// Returns what was written since `watch`, or since the last call, and takes the marks away:
  /// ascending, apart, aligned to 4096. Bytes read after this call, and none before, count: what
  /// is written meanwhile is marked for the next.
  /// Error: source_unsupported if the marks can't be complete, now and from now on.
  [[nodiscard]] Result<std::vector<Extent>> take();

 private:
  struct State;
  explicit WriteTracker(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ferry
