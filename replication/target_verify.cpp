// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of TargetDisk that read the target again: recovery after a crash and
// verification. Both correct the table to what the disk really holds.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "replication/target_disk.hpp"

namespace ferry {
namespace {

constexpr std::size_t bad_chunks_listed_max = 4096;
constexpr std::size_t granule_align = limits::granule_bytes;

struct FreeBuffer {
  void operator()(void* buffer) const { std::free(buffer); }
};

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
    const auto checked = check_chunks(first, last, result, progress, stop);
    if (!checked) return fail(checked.error());
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
  const auto checked = check_chunks(0, table_.chunks(), result, progress, stop);
  if (!checked) return fail(checked.error());
  if (auto done = table_.sync(); !done) return fail(done.error());
  auto root = table_.root(options_.bytes, stop);
  if (!root) return fail(root.error());
  result.root = std::move(*root);
  progress.bytes_checked = options_.bytes;
  return result;
}

Result<std::uint64_t> TargetDisk::next_data(std::uint64_t offset) const {
  if (!is_file_) return offset;
  const auto at = ::lseek(fd_.get(), static_cast<off_t>(offset), SEEK_DATA);
  if (at >= 0) return static_cast<std::uint64_t>(at);
  if (errno == ENXIO) return std::numeric_limits<std::uint64_t>::max();
  return offset;  // a file system that does not know its holes
}

Result<std::uint64_t> TargetDisk::check_chunks(std::uint64_t first, std::uint64_t last,
                                               VerifyResult& result, VerifyProgress& progress,
                                               const std::stop_token& stop) {
  const std::unique_ptr<std::byte, FreeBuffer> memory{
      static_cast<std::byte*>(std::aligned_alloc(granule_align, limits::chunk_bytes))};
  const std::span buffer{memory.get(), limits::chunk_bytes};
  for (auto chunk = first; chunk < last; ++chunk) {
    if (stop.stop_requested()) return fail(Errc::canceled, "read " + options_.path.string());
    const auto data = next_data(chunk * limits::chunk_bytes);
    if (!data) return data;
    // A chunk that is a hole on the disk and in the table is in line.
    const auto leaves = table_.next_chunk(chunk).value_or(last);
    chunk = std::max(chunk, std::min(*data / limits::chunk_bytes, leaves));
    progress.bytes_checked = std::min(chunk * limits::chunk_bytes, options_.bytes);
    if (chunk >= last) break;
    const auto good = check_chunk(chunk, buffer);
    if (!good) return fail(good.error());
    result.bytes_read += limits::chunk_bytes;
    if (*good) continue;
    ++result.bad_chunks_total;
    if (result.bad_chunks.size() < bad_chunks_listed_max) result.bad_chunks.push_back(chunk);
  }
  return result.bad_chunks_total;
}

Result<bool> TargetDisk::check_chunk(std::uint64_t chunk, std::span<std::byte> buffer) {
  const auto offset = chunk * limits::chunk_bytes;
  const auto length = std::min<std::uint64_t>(limits::chunk_bytes, options_.bytes - offset);
  // Pages of the cache are dropped first, so that the disk itself is read.
  ::posix_fadvise(fd_.get(), static_cast<off_t>(offset), static_cast<off_t>(length),
                  POSIX_FADV_DONTNEED);
  if (auto done = read_at(fd_, buffer.data(), length, offset); !done) return fail(done.error());
  std::memset(buffer.data() + length, 0, buffer.size() - length);
  const auto first = chunk * limits::granules_per_chunk;
  const auto count = static_cast<std::size_t>(
      std::min<std::uint64_t>(limits::granules_per_chunk, table_.granules() - first));
  std::array<Leaf, limits::granules_per_chunk> claimed{};
  std::array<Leaf, limits::granules_per_chunk> real{};
  if (auto done = table_.get(first, std::span{claimed}.first(count)); !done) {
    return fail(done.error());
  }
  for (std::size_t i = 0; i < count; ++i) {
    real.at(i) = hasher_.leaf(buffer.data() + i * limits::granule_bytes);
  }
  if (real == claimed) return true;
  if (auto done = table_.put(first, std::span{real}.first(count)); !done) return fail(done.error());
  return false;
}

}  // namespace ferry
