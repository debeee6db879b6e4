// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Remembers durably which regions of a target may hold data that the digest
// table does not know yet. Data and table can't be written in one step; after a
// crash between the two, a table entry would speak of data that was overwritten
// ("still the old granule", or "still zeros"). So a region is marked before its
// first write, and after a crash the marked regions are read again and their
// leaves corrected. A mark goes away once a commit covers all writes of the
// region, so only what was written in the last moments is ever read again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

/// Thread-safe.
class WriteIntent {
 public:
  /// One byte per region of 64 MiB. A missing or foreign file counts as "all
  /// regions marked", unless `blank` says that nothing was ever written.
  [[nodiscard]] static Result<WriteIntent> open(const std::filesystem::path& path,
                                                std::uint64_t disk_bytes, bool blank);
  WriteIntent() = default;
  WriteIntent(WriteIntent&& other) noexcept;
  WriteIntent& operator=(WriteIntent&& other) noexcept;

  /// Marks the regions of these bytes durably, before they are written.
  [[nodiscard]] Result<> begin(std::uint64_t offset, std::uint64_t length);
  /// The write is over and waits for the commit numbered `commit`.
  void end(std::uint64_t offset, std::uint64_t length, std::uint64_t commit);
  /// Commit `commit` is durable: forgets the regions with no later write. This
  /// need not be durable itself, for a stale mark costs a read and nothing else.
  void settle(std::uint64_t commit);

  [[nodiscard]] std::vector<std::uint64_t> marked() const;
  [[nodiscard]] Result<> clear(std::uint64_t region);

 private:
  struct Region {
    bool marked = false;
    std::uint32_t writers = 0;
    std::uint64_t commit = 0;  // the commit that will cover its last write
  };

  Result<> store(std::uint64_t region, bool marked);

  Fd fd_;
  std::string path_;
  std::vector<Region> regions_;
  mutable std::mutex mutex_;
};

}  // namespace ferry
