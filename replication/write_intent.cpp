// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/write_intent.hpp"

#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr char clean = 'c';  // a byte that was lost reads as zero, and then counts as marked

std::uint64_t region_of(std::uint64_t offset) { return offset / limits::intent_region_bytes; }

}  // namespace

WriteIntent::WriteIntent(WriteIntent&& other) noexcept
    : fd_(std::move(other.fd_)),
      path_(std::move(other.path_)),
      regions_(std::move(other.regions_)) {}

WriteIntent& WriteIntent::operator=(WriteIntent&& other) noexcept {
  fd_ = std::move(other.fd_);
  path_ = std::move(other.path_);
  regions_ = std::move(other.regions_);
  return *this;
}

Result<WriteIntent> WriteIntent::open(const std::filesystem::path& path, std::uint64_t disk_bytes,
                                      bool blank) {
  WriteIntent intent;
  intent.path_ = path.string();
  const auto regions = static_cast<std::size_t>((disk_bytes + limits::intent_region_bytes - 1) /
                                                limits::intent_region_bytes);
  auto fd = open_file(path, O_RDWR | O_CREAT);
  if (!fd) return fail(fd.error());
  intent.fd_ = std::move(*fd);
  intent.regions_.resize(regions);
  std::string bytes(regions, '\0');
  struct stat status {};
  if (::fstat(intent.fd_.get(), &status) != 0) {
    return fail(errno_error(Errc::storage_failed, "stat " + intent.path_));
  }
  if (blank) {
    bytes.assign(regions, clean);
  } else if (status.st_size == static_cast<off_t>(regions)) {
    if (auto done = read_at(intent.fd_, bytes.data(), bytes.size(), 0); !done) {
      return fail(done.error());
    }
  }
  for (std::size_t i = 0; i < regions; ++i) intent.regions_[i].marked = bytes[i] != clean;
  if (::ftruncate(intent.fd_.get(), static_cast<off_t>(regions)) != 0) {
    return fail(errno_error(Errc::storage_failed, "set the size of " + intent.path_));
  }
  if (auto done = write_at(intent.fd_, bytes.data(), bytes.size(), 0); !done) {
    return fail(done.error());
  }
  if (::fdatasync(intent.fd_.get()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "fdatasync " + intent.path_));
  }
  return intent;
}

Result<> WriteIntent::begin(std::uint64_t offset, std::uint64_t length) {
  const std::scoped_lock lock{mutex_};
  bool stored = false;
  const auto last = region_of(offset + length - 1);
  for (auto region = region_of(offset); region <= last; ++region) {
    auto& state = regions_[region];
    if (state.marked) continue;
    if (auto done = store(region, true); !done) return done;
    state.marked = true;
    stored = true;
  }
  // Other writers wait for this as well: their region may be one of these.
  if (stored && ::fdatasync(fd_.get()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "fdatasync " + path_));
  }
  for (auto region = region_of(offset); region <= last; ++region) ++regions_[region].writers;
  return {};
}

void WriteIntent::end(std::uint64_t offset, std::uint64_t length, std::uint64_t commit) {
  const std::scoped_lock lock{mutex_};
  const auto last = region_of(offset + length - 1);
  for (auto region = region_of(offset); region <= last; ++region) {
    --regions_[region].writers;
    regions_[region].commit = commit;
  }
}

void WriteIntent::settle(std::uint64_t commit) {
  const std::scoped_lock lock{mutex_};
  for (std::uint64_t region = 0; region < regions_.size(); ++region) {
    auto& state = regions_[region];
    if (!state.marked || state.writers > 0 || state.commit == 0 || state.commit > commit) continue;
    if (store(region, false)) state.marked = false;
  }
}

std::vector<std::uint64_t> WriteIntent::marked() const {
  const std::scoped_lock lock{mutex_};
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t region = 0; region < regions_.size(); ++region) {
    if (regions_[region].marked) numbers.push_back(region);
  }
  return numbers;
}

Result<> WriteIntent::clear(std::uint64_t region) {
  const std::scoped_lock lock{mutex_};
  if (auto done = store(region, false); !done) return done;
  regions_[region] = {};
  return {};
}

Result<> WriteIntent::store(std::uint64_t region, bool marked) {
  const char byte = marked ? 'm' : clean;
  return write_at(fd_, &byte, 1, region);
}

}  // namespace ferry
