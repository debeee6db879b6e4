// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/digest_table.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "replication/digest_root.hpp"

namespace ferry {
namespace {

constexpr std::uint64_t page_bytes = limits::granules_per_chunk * sizeof(Leaf);
constexpr std::uint64_t pages_read_at_once = 64;

}  // namespace

std::uint64_t DigestTable::chunks() const {
  return (granules_ + limits::granules_per_chunk - 1) / limits::granules_per_chunk;
}

std::uint64_t DigestTable::bytes_of(std::uint64_t granules) {
  return (granules + limits::granules_per_chunk - 1) / limits::granules_per_chunk * page_bytes;
}

Result<DigestTable> DigestTable::open(const std::filesystem::path& path, std::uint64_t granules) {
  auto fd = open_file(path, O_RDWR | O_CREAT);
  if (!fd) return fail(fd.error());
  return take(std::move(*fd), path.string(), granules);
}

Result<DigestTable> DigestTable::in_memory(std::uint64_t granules) {
  const std::string name = "digest table in memory";
  Fd fd{::memfd_create(name.c_str(), MFD_CLOEXEC)};
  if (!fd) return fail(errno_error(Errc::storage_failed, "make a " + name));
  return take(std::move(fd), name, granules);
}

Result<DigestTable> DigestTable::take(Fd fd, std::string path, std::uint64_t granules) {
  if (granules > limits::disk_bytes_max / limits::granule_bytes) {
    return fail(Errc::limit_exceeded, path + ": a disk of " + std::to_string(granules) +
                                          " granules is larger than the limit");
  }
  DigestTable table;
  table.fd_ = std::move(fd);
  table.path_ = std::move(path);
  table.granules_ = granules;
  struct stat status {};
  if (::fstat(table.fd_.get(), &status) != 0) {
    return fail(errno_error(Errc::storage_failed, "stat " + table.path_));
  }
  const auto bytes = static_cast<off_t>(bytes_of(granules));
  if (status.st_size == 0 && bytes != 0) {
    table.fresh_ = true;
    if (::ftruncate(table.fd_.get(), bytes) != 0) {
      return fail(errno_error(Errc::storage_failed, "set the size of " + table.path_));
    }
  } else if (status.st_size != bytes) {
    return fail(Errc::storage_failed,
                table.path_ + " has " + std::to_string(status.st_size) + " bytes instead of " +
                    std::to_string(bytes),
                "remove the file; the target is then read once to build it anew");
  }
  return table;
}

Result<> DigestTable::get(std::uint64_t first_granule, std::span<Leaf> leaves) const {
  return read_at(fd_, leaves.data(), leaves.size_bytes(), first_granule * sizeof(Leaf));
}

Result<> DigestTable::put(std::uint64_t first_granule, std::span<const Leaf> leaves) {
  if (first_granule > granules_ || leaves.size() > granules_ - first_granule) {
    return fail(Errc::internal, path_ + ": leaves beyond the end of the disk");
  }
  return write_at(fd_, leaves.data(), leaves.size_bytes(), first_granule * sizeof(Leaf));
}

Result<> DigestTable::sync() {
  if (::fdatasync(fd_.get()) == 0) return {};
  return fail(errno_error(Errc::disk_write_failed, "fdatasync " + path_));
}

Result<std::string> DigestTable::page(std::uint64_t first_chunk, std::uint32_t count) const {
  if (first_chunk > chunks()) {
    return fail(Errc::invalid_argument, path_ + " has no chunk " + std::to_string(first_chunk));
  }
  const auto wanted = std::min<std::uint64_t>(count, limits::table_page_chunks_max);
  std::string bytes(std::min(wanted, chunks() - first_chunk) * page_bytes, '\0');
  if (auto done = read_at(fd_, bytes.data(), bytes.size(), first_chunk * page_bytes); !done) {
    return fail(done.error());
  }
  return bytes;
}

Result<> DigestTable::load(std::uint64_t first_chunk, std::string_view bytes) {
  if (bytes.size() % page_bytes != 0 || first_chunk > chunks() ||
      bytes.size() / page_bytes > chunks() - first_chunk) {
    return fail(Errc::malformed, path_ + ": a page of " + std::to_string(bytes.size()) +
                                     " bytes does not fit at chunk " + std::to_string(first_chunk));
  }
  for (; !bytes.empty(); bytes.remove_prefix(page_bytes), ++first_chunk) {
    const auto page = bytes.substr(0, page_bytes);
    const bool empty = granule_is_zero(reinterpret_cast<const std::byte*>(page.data()));
    if (empty && fresh_) continue;  // stays a hole
    if (auto done = write_at(fd_, page.data(), page.size(), first_chunk * page_bytes); !done) {
      return done;
    }
  }
  return {};
}

std::optional<std::uint64_t> DigestTable::next_chunk(std::uint64_t chunk) const {
  if (chunk >= chunks()) return std::nullopt;
  const auto at = ::lseek(fd_.get(), static_cast<off_t>(chunk * page_bytes), SEEK_DATA);
  if (at < 0 && errno == ENXIO) return std::nullopt;
  if (at < 0) return chunk;  // a file system that does not know its holes
  return std::max(chunk, static_cast<std::uint64_t>(at) / page_bytes);
}

Result<std::string> DigestTable::root(std::uint64_t disk_bytes, const std::stop_token& stop) const {
  DigestRoot root;
  std::vector<Leaf> leaves(pages_read_at_once * limits::granules_per_chunk);
  for (std::uint64_t chunk = 0; chunk < chunks();) {
    if (stop.stop_requested()) return fail(Errc::canceled, "digest of " + path_);
    const auto data = next_chunk(chunk).value_or(chunks());
    root.add_zeros(data - chunk);
    const auto count = std::min(pages_read_at_once, chunks() - data);
    if (auto done = read_at(fd_, leaves.data(), count * page_bytes, data * page_bytes); !done) {
      return fail(done.error());
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      root.add(
          std::span{leaves}.subspan(i * limits::granules_per_chunk, limits::granules_per_chunk));
    }
    chunk = data + count;
  }
  return root.finish(disk_bytes);
}

}  // namespace ferry
