// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/target_disk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash_point.hpp"
#include "base/limits.hpp"

namespace ferry {
namespace {

Result<Fd> open_target(const TargetOptions& options, bool& blank) {
  blank = options.blank;
  auto fd = open_file(options.path, options.must_exist ? O_RDWR : O_RDWR | O_CREAT);
  if (!fd && options.must_exist && !std::filesystem::exists(options.path)) {
    return fail(Errc::instance_gone, options.path.string() + " is gone");
  }
  if (!fd) return fd;
  struct stat status {};
  if (::fstat(fd->get(), &status) != 0) {
    return fail(errno_error(Errc::disk_missing, "stat " + options.path.string()));
  }
  if (S_ISREG(status.st_mode)) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size == 0) blank = true;
    const auto base = options.offset.value_or(0);
    const bool holds_it = options.bytes <= size && base <= size - options.bytes;
    if (options.offset ? holds_it : size == options.bytes) return fd;
    const bool fresh = size == 0 && !options.must_exist && !options.offset;
    if (fresh && ::ftruncate(fd->get(), static_cast<off_t>(options.bytes)) == 0) {
      return fd;
    }
    if (fresh) {
      return fail(errno_error(Errc::disk_write_failed, "set the size of " + options.path.string()));
    }
    return fail(Errc::disk_shrank, options.path.string() + " has " +
                                       std::to_string(status.st_size) + " bytes instead of " +
                                       std::to_string(options.bytes));
  }
  std::uint64_t bytes = 0;
  if (::ioctl(fd->get(), BLKGETSIZE64, &bytes) != 0) {
    return fail(errno_error(Errc::disk_missing, "size of " + options.path.string()));
  }
  const auto base = options.offset.value_or(0);
  if (bytes >= options.bytes && bytes - options.bytes >= base) return fd;
  return fail(Errc::disk_shrank, options.path.string() + " has " + std::to_string(bytes) +
                                     " bytes, the disk needs " + std::to_string(options.bytes));
}

}  // namespace

TargetDisk::TargetDisk(TargetOptions options, DigestTable table)
    : options_(std::move(options)),
      hasher_(options_.digest_key),
      table_(std::move(table)),
      base_(options_.offset.value_or(0)) {}

Result<std::unique_ptr<TargetDisk>> TargetDisk::open(const TargetOptions& options,
                                                     const std::stop_token& stop) {
  if (options.digest_key.size() != 32) {
    return fail(Errc::invalid_argument, "a digest key has 32 bytes");
  }
  bool blank = false;
  auto fd = open_target(options, blank);
  if (!fd) return fail(fd.error());
  auto table =
      DigestTable::open(options.table_path, (options.bytes + granule_bytes - 1) / granule_bytes);
  if (!table) return fail(table.error());
  const bool nothing_written = table->fresh() && blank;
  std::unique_ptr<TargetDisk> disk{new TargetDisk{options, std::move(*table)}};
  disk->fd_ = std::move(*fd);
  // The table must exist durably before the intent says that it is in line.
  if (auto done = disk->table_.sync(); !done) return fail(done.error());
  auto intent =
      WriteIntent::open(options.table_path.string() + ".intent", options.bytes, nothing_written);
  if (!intent) return fail(intent.error());
  disk->intent_ = std::move(*intent);
  if (auto done = sync_folder(options.table_path.parent_path()); !done) return fail(done.error());
  if (auto done = disk->recover(stop); !done) return fail(done.error());
  return disk;
}

Result<> TargetDisk::write(std::span<const frame::Run> runs, std::span<const std::byte> data,
                           std::span<const Leaf> leaves) {
  for (const auto& run : runs) {
    const auto done = intent_.begin(run.granule * granule_bytes, run.count * granule_bytes);
    if (!done) {
      failed_ = true;
      return done;
    }
  }
  crash_point("target disk: a write is intended, nothing is written");
  if (auto done = write_runs(runs, data); !done) {
    failed_ = true;
    return done;
  }
  crash_point("target disk: data is written, not durable");
  const std::scoped_lock lock{pending_mutex_};
  std::size_t next = 0;
  for (const auto& run : runs) {
    if (run.zero) pending_.zeros.push_back({run.granule, run.count});
    for (std::uint32_t i = 0; !run.zero && i < run.count; ++i) {
      pending_.entries.push_back({run.granule + i, leaves[next++]});
    }
    intent_.end(run.granule * granule_bytes, run.count * granule_bytes, commit_number_);
  }
  // Zero runs count as one granule each, which bounds the list of them.
  pending_bytes_ += data.size() + runs.size() * granule_bytes;
  return {};
}

Result<> TargetDisk::write_runs(std::span<const frame::Run> runs, std::span<const std::byte> data) {
  for (const auto& run : runs) {
    const auto offset = run.granule * granule_bytes;
    const auto length = run.count * granule_bytes;
    // The last granule may reach beyond the end of the disk.
    const auto inside = std::min(length, options_.bytes - offset);
    if (run.zero) {
      if (auto done = write_zeros(offset, inside); !done) return done;
      continue;
    }
    if (auto done = write_at(fd_, data.data(), inside, base_ + offset); !done) {
      return fail(done.error().code, options_.path.string() + ": " + done.error().what);
    }
    data = data.subspan(length);
  }
  return {};
}

Result<> TargetDisk::write_zeros(std::uint64_t offset, std::uint64_t length) {
  const auto at = static_cast<off_t>(base_ + offset);
  const auto count = static_cast<off_t>(length);
  if (::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, count) == 0) return {};
  if (::fallocate(fd_.get(), FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, at, count) == 0) return {};
  if (errno == EIO || errno == ENOSPC) {
    return fail(errno_error(Errc::disk_write_failed, "zero " + options_.path.string()));
  }
  static const std::string zeros(limits::chunk_bytes, '\0');
  for (std::uint64_t done = 0; done < length; done += zeros.size()) {
    const auto piece = std::min<std::uint64_t>(zeros.size(), length - done);
    if (auto written = write_at(fd_, zeros.data(), piece, base_ + offset + done); !written)
      return written;
  }
  return {};
}

Result<> TargetDisk::commit() {
  const std::scoped_lock one_at_a_time{commit_mutex_};
  Batch batch;
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock{pending_mutex_};
    std::swap(batch, pending_);
    pending_bytes_ = 0;
    number = commit_number_++;
  }
  if (batch.entries.empty() && batch.zeros.empty()) return {};
  if (::fdatasync(fd_.get()) != 0) {
    failed_ = true;
    return fail(errno_error(Errc::disk_write_failed, "fdatasync " + options_.path.string()));
  }
  crash_point("target disk: data is durable, its digests are not");
  auto done = store(batch);
  if (done) done = table_.sync();
  if (!done) {
    failed_ = true;
    return done;
  }
  crash_point("target disk: digests are durable, the intent stands");
  intent_.settle(number);
  return {};
}

Result<> TargetDisk::store(Batch& batch) {
  for (const auto& run : batch.zeros) {
    if (auto done = store_zeros(run); !done) return done;
  }
  std::ranges::stable_sort(batch.entries, {}, &Entry::granule);
  std::array<Leaf, limits::granules_per_chunk> leaves;
  for (std::size_t i = 0; i < batch.entries.size();) {
    const auto first = batch.entries[i].granule;
    std::size_t count = 0;
    while (i < batch.entries.size() && count < leaves.size() &&
           batch.entries[i].granule == first + count) {
      leaves.at(count++) = batch.entries[i++].leaf;
      // Of two writes to one granule the later one counts.
      while (i < batch.entries.size() && batch.entries[i].granule == first + count - 1) {
        leaves.at(count - 1) = batch.entries[i++].leaf;
      }
    }
    if (auto done = table_.put(first, std::span{leaves}.first(count)); !done) return done;
  }
  return {};
}

Result<> TargetDisk::store_zeros(const ZeroRun& run) {
  static constexpr std::array<Leaf, limits::granules_per_chunk> zeros{};
  for (std::uint32_t i = 0; i < run.count;) {
    const auto piece = std::min<std::uint32_t>(zeros.size(), run.count - i);
    if (auto done = table_.put(run.granule + i, std::span{zeros}.first(piece)); !done) return done;
    i += piece;
  }
  return {};
}

}  // namespace ferry
