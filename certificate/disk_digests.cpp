// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "certificate/disk_digests.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/chunk_digests.hpp"
#include "base/file.hpp"

namespace ferry {
namespace {

/// What is read of an image at once; held in memory, but for its zeros.
constexpr std::uint64_t window_bytes = 64 * limits::mib;
static_assert(window_bytes % limits::chunk_bytes == 0);

/// The first chunk at or after `chunk` that is no hole; devices have none.
std::uint64_t next_data(const Fd& fd, std::uint64_t chunk, std::uint64_t chunk_bytes,
                        std::uint64_t count) {
  const auto at = ::lseek(fd.get(), static_cast<off_t>(chunk * chunk_bytes), SEEK_DATA);
  if (at < 0) return errno == ENXIO ? count : chunk;
  return std::clamp(static_cast<std::uint64_t>(at) / chunk_bytes, chunk, count);
}

/// Adds `chunks` further chunks, which lie at the begin of the file.
Result<> add_chunks(const Fd& fd, std::uint64_t from, std::uint64_t chunks,
                    std::uint64_t chunk_bytes, ChunkDigests& digests, const std::stop_token& stop) {
  const auto end = from + chunks;
  std::vector<std::byte> buffer(chunk_bytes);
  for (auto chunk = from; chunk < end;) {
    if (stop.stop_requested()) return fail(Errc::canceled, "the reading was stopped");
    const auto data = next_data(fd, chunk, chunk_bytes, end);
    digests.add_zeros(data - chunk);
    chunk = data;
    if (chunk == end) break;
    const auto wanted = digests.next_bytes();
    const auto got =
        ::pread(fd.get(), buffer.data(), wanted, static_cast<off_t>(chunk * chunk_bytes));
    if (got < 0) return fail(errno_error(Errc::disk_read_failed, "read"));
    // A read that ends early is one at the end: the size is asked for again below.
    std::size_t have = static_cast<std::size_t>(got);
    while (have < wanted) {
      const auto more = ::pread(fd.get(), buffer.data() + have, wanted - have,
                                static_cast<off_t>(chunk * chunk_bytes + have));
      if (more < 0) return fail(errno_error(Errc::disk_read_failed, "read"));
      if (more == 0) break;
      have += static_cast<std::size_t>(more);
    }
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(have), buffer.end(), std::byte{});
    digests.add(buffer);
    ++chunk;
  }
  return {};
}

}  // namespace

Result<std::string> digests_of_file(const std::filesystem::path& file, std::uint64_t bytes,
                                    std::uint64_t chunk_bytes, const std::stop_token& stop) {
  auto fd = open_file(file, O_RDONLY);
  if (!fd) return fail(fd.error());
  ChunkDigests digests{bytes, chunk_bytes};
  if (auto done = add_chunks(*fd, 0, digests.count(), chunk_bytes, digests, stop); !done) {
    return fail(done.error().code, file.string() + ": " + done.error().what);
  }
  return digests.digests();
}

Result<std::string> digests_of_image(const std::filesystem::path& file, ImageFormat format,
                                     std::uint64_t bytes, const std::stop_token& stop) {
  const auto info = image_info(file, format);
  if (!info) return fail(info.error());
  ChunkDigests digests{bytes};
  for (std::uint64_t at = 0; at < bytes; at += window_bytes) {
    const auto length = std::min(window_bytes, bytes - at);
    const Fd window{::memfd_create("window", MFD_CLOEXEC)};
    if (!window) return fail(errno_error(Errc::internal, "memfd_create"));
    const auto there = info->virtual_size - std::min(info->virtual_size, at);
    if (there > 0) {
      auto read = extract_range(file, format, at, std::min(length, there), window, stop);
      if (!read) return fail(read.error());
    }
    const auto chunks = chunks_of(length, limits::chunk_bytes);
    auto done = add_chunks(window, 0, chunks, limits::chunk_bytes, digests, stop);
    if (!done) return fail(done.error());
  }
  return digests.digests();
}

std::vector<std::uint64_t> touched_chunks(const std::vector<ChangedRange>& ranges,
                                          std::uint64_t chunk_bytes) {
  std::vector<std::uint64_t> chunks;
  for (const auto& range : ranges) {
    if (range.length == 0) continue;
    const auto last = (range.offset + range.length - 1) / chunk_bytes;
    for (auto chunk = range.offset / chunk_bytes; chunk <= last; ++chunk) {
      if (chunks.empty() || chunks.back() < chunk) chunks.push_back(chunk);
    }
  }
  return chunks;
}

std::string digest_file_bytes(const std::vector<DiskDigests>& disks) {
  std::string bytes;
  for (const auto& disk : disks) bytes += disk.disk + disk.image + disk.file;
  return bytes;
}

}  // namespace ferry
