// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/disk_root.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>

#include "replication/digest_root.hpp"
#include "replication/disk_reader.hpp"

namespace ferry {
namespace {

/// What lies behind the proven bytes would get into an image as well.
Result<> check_size(const Fd& fd, const std::string& name, std::uint64_t bytes) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) {
    return fail(errno_error(Errc::disk_missing, "stat " + name));
  }
  if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) == bytes) return {};
  return fail(Errc::verify_mismatch, name + " has " + std::to_string(status.st_size) +
                                         " bytes instead of " + std::to_string(bytes));
}

}  // namespace

Result<std::string> disk_root(const std::filesystem::path& disk, std::uint64_t bytes,
                              std::string_view digest_key,
                              const std::function<void(std::uint64_t)>& progress,
                              const std::stop_token& stop, ChunkDigests* digests) {
  auto fd = open_file(disk, O_RDONLY);
  if (!fd) return fail(fd.error());
  if (auto same = check_size(*fd, disk.string(), bytes); !same) return fail(same.error());
  const GranuleHasher hasher{digest_key};
  DiskReader reader{*fd, bytes, hasher};
  DigestRoot root;
  for (std::uint64_t chunk = 0; chunk < reader.chunks(); ++chunk) {
    if (stop.stop_requested()) return fail(Errc::canceled, "read " + disk.string());
    const auto data = reader.next_data(chunk);
    root.add_zeros(data - chunk);
    if (digests != nullptr) digests->add_zeros(data - chunk);
    chunk = data;
    if (progress) progress(std::min(chunk * limits::chunk_bytes, bytes));
    if (chunk == reader.chunks()) break;
    const auto leaves = reader.read(chunk);
    if (!leaves) return fail(leaves.error().code, disk.string() + ": " + leaves.error().what);
    root.add(*leaves);
    if (digests != nullptr) digests->add(reader.bytes());
  }
  return root.finish(bytes);
}

}  // namespace ferry
