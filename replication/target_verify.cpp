// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of TargetDisk that read the target again: recovery after a crash and
// verification. Both correct the table to what the disk really holds.
#include <algorithm>
#include <array>
#include <utility>

#include <unistd.h>

#include "base/limits.hpp"
#include "replication/disk_reader.hpp"
#include "replication/target_disk.hpp"

namespace ferry {
namespace {

constexpr std::size_t bad_chunks_listed_max = 4096;

}  // namespace

Result<> TargetDisk::recover(const std::stop_token& stop) {
  {
    // What was written and not committed is covered by the marks.
    const std::scoped_lock lock{pending_mutex_};
    pending_ = {};
    pending_bytes_ = 0;
  }
  const auto regions = intent_.marked();
  VerifyResult result;
  VerifyProgress progress;
  constexpr auto chunks_per_region = limits::intent_region_bytes / limits::chunk_bytes;
  // An fdatasync that failed once may leave clean pages that the disk never saw;
  // this one makes the good ones durable, and the check drops all pages it reads.
  if (!regions.empty() && ::fdatasync(fd_.get()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "fdatasync " + options_.path.string()));
  }
  for (const auto region : regions) {
    const auto first = region * chunks_per_region;
    const auto last = std::min(first + chunks_per_region, table_.chunks());
    if (auto done = check_chunks(first, last, result, progress, stop); !done) return done;
  }
  if (!regions.empty()) {
    if (auto done = table_.sync(); !done) return done;
  }
  for (const auto region : regions) {
    if (auto done = intent_.clear(region); !done) return done;
  }
  failed_ = false;
  return {};
}

Result<VerifyResult> TargetDisk::verify(VerifyProgress& progress, const std::stop_token& stop) {
  VerifyResult result;
  if (auto done = commit(); !done) return fail(done.error());
  if (::fdatasync(fd_.get()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "fdatasync " + options_.path.string()));
  }
  if (auto done = check_chunks(0, table_.chunks(), result, progress, stop); !done) {
    return fail(done.error());
  }
  if (auto done = table_.sync(); !done) return fail(done.error());
  auto root = table_.root(options_.bytes, stop);
  if (!root) return fail(root.error());
  result.root = std::move(*root);
  progress.bytes_checked = options_.bytes;
  return result;
}

Result<> TargetDisk::check_chunks(std::uint64_t first, std::uint64_t last, VerifyResult& result,
                                  VerifyProgress& progress, const std::stop_token& stop) {
  DiskReader reader{fd_, options_.bytes, hasher_, base_};
  for (auto chunk = first; chunk < last; ++chunk) {
    if (stop.stop_requested()) return fail(Errc::canceled, "read " + options_.path.string());
    // A chunk that is a hole on the disk and in the table is in line.
    const auto leaves = table_.next_chunk(chunk).value_or(last);
    chunk = std::max(chunk, std::min(reader.next_data(chunk), leaves));
    progress.bytes_checked = std::min(chunk * limits::chunk_bytes, options_.bytes);
    if (chunk >= last) break;
    const auto good = check_chunk(chunk, reader);
    if (!good) return fail(good.error());
    result.bytes_read += limits::chunk_bytes;
    if (*good) continue;
    ++result.bad_chunks_total;
    if (result.bad_chunks.size() < bad_chunks_listed_max) result.bad_chunks.push_back(chunk);
  }
  return {};
}

Result<bool> TargetDisk::check_chunk(std::uint64_t chunk, DiskReader& reader) {
  const auto leaves = reader.read(chunk);
  if (!leaves) return fail(leaves.error());
  const auto first = chunk * limits::granules_per_chunk;
  const auto real = leaves->first(static_cast<std::size_t>(
      std::min<std::uint64_t>(limits::granules_per_chunk, table_.granules() - first)));
  std::array<Leaf, limits::granules_per_chunk> claimed{};
  if (auto done = table_.get(first, std::span{claimed}.first(real.size())); !done) {
    return fail(done.error());
  }
  if (std::ranges::equal(real, std::span{claimed}.first(real.size()))) return true;
  if (auto done = table_.put(first, real); !done) return fail(done.error());
  return false;
}

}  // namespace ferry
