// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "certificate/verify.hpp"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "base/chunk_digests.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "certificate/disk_digests.hpp"

namespace ferry {

struct CertifiedDigests::Lists {
  const CertifiedDisk& disk;
  std::string_view source;  // of all chunks
  std::string_view image;   // of the touched ones
  std::string_view parts;   // of the file
  std::vector<std::uint64_t> touched;

  /// What the image has in a chunk.
  [[nodiscard]] std::string_view expected_of_image(std::uint64_t chunk) const {
    const auto at = std::ranges::lower_bound(touched, chunk);
    if (at == touched.end() || *at != chunk) return chunk_digest(source, chunk);
    return chunk_digest(image, static_cast<std::uint64_t>(at - touched.begin()));
  }
  [[nodiscard]] bool is_touched(std::uint64_t chunk) const {
    return std::ranges::binary_search(touched, chunk);
  }
};

namespace {

/// The size of a file or device.
Result<std::uint64_t> size_of(const std::filesystem::path& file) {
  auto fd = open_file(file, O_RDONLY);
  if (!fd) return fail(fd.error());
  const auto end = ::lseek(fd->get(), 0, SEEK_END);
  if (end < 0) return fail(errno_error(Errc::disk_read_failed, "size of " + file.string()));
  return static_cast<std::uint64_t>(end);
}

/// Bytes behind the end change nothing that was proven, and nothing proves them; missing ones
/// show themselves as chunks that differ.
Result<> check_end(const std::filesystem::path& file, std::uint32_t disk, std::uint64_t bytes,
                   Verification& found) {
  const auto size = size_of(file);
  if (!size) return fail(size.error());
  if (*size > bytes) tell(found, {"end", disk, 0, bytes, *size - bytes, {}, {}, {}});
  return {};
}

/// What has digests of its own: a disk with its chunks, or a file with its parts.
struct Digested {
  std::uint32_t disk = 0;
  std::uint64_t bytes = 0;
  std::uint64_t chunk_bytes = 0;
  std::uint64_t first = 0;  // number of the first chunk
};

/// Tells each chunk whose digest in `have` isn't the one that is expected. `expected` and `stage`
/// are called with the chunk's place, from 0.
template <class Expected, class Stage>
void tell_differing(const Digested& what, std::string_view have, const Expected& expected,
                    const Stage& stage, Verification& found) {
  for (std::uint64_t i = 0; i < chunks_of(what.bytes, what.chunk_bytes); ++i) {
    const std::string_view wanted = expected(i);
    const auto is = chunk_digest(have, i);
    if (is == wanted) continue;
    const auto offset = i * what.chunk_bytes;
    tell(found, {stage(i),
                 what.disk,
                 what.first + i,
                 offset,
                 std::min(what.chunk_bytes, what.bytes - offset),
                 to_hex(wanted),
                 to_hex(is),
                 {}});
  }
}

}  // namespace

void tell(Verification& found, Difference difference) {
  ++found.differ;
  if (found.differences.size() < limits::differences_told_max) {
    found.differences.push_back(std::move(difference));
  }
}

Result<CertifiedDigests> CertifiedDigests::bind(Certificate certificate, std::string bytes) {
  if (to_hex(sha256(bytes)) != certificate.digests_sha256) {
    return fail(Errc::certificate_forged,
                "the digests beside the certificate are not those that it was signed with");
  }
  CertifiedDigests bound{std::move(certificate), std::move(bytes)};
  for (const auto& disk : bound.certificate_.disks) {
    if (auto good = bound.lists_of(disk.index); !good) return fail(good.error());
    for (const auto& proven : disk.files) {
      if (proven.sha256.empty()) continue;
      auto good = bound.manifest_of(disk.index, proven.mount_point);
      if (!good) return fail(good.error());
    }
  }
  return bound;
}

Result<CertifiedDigests::Lists> CertifiedDigests::lists_of(std::uint32_t disk) const {
  std::string_view rest = bytes_;
  const auto take = [&rest](std::uint64_t count) {
    const auto size = std::min<std::uint64_t>(count * chunk_digest_bytes, rest.size());
    const auto list = rest.substr(0, size);
    rest.remove_prefix(size);
    return list;
  };
  for (const auto& one : certificate_.disks) {
    Lists lists{one, {}, {}, {}, touched_chunks(one.changed, certificate_.chunk_bytes)};
    const auto chunks = chunks_of(one.bytes, certificate_.chunk_bytes);
    const auto parts = chunks_of(one.file_bytes, one.part_bytes);
    lists.source = take(chunks);
    lists.image = take(lists.touched.size());
    lists.parts = take(parts);
    if (lists.parts.size() != parts * chunk_digest_bytes) {
      return fail(Errc::malformed, "the digests beside the certificate end too early");
    }
    if (one.index == disk) return lists;
  }
  return fail(Errc::not_found, "the certificate has no disk " + std::to_string(disk));
}

Result<> CertifiedDigests::verify_disk(std::uint32_t disk, const std::filesystem::path& raw,
                                       Verification& found) const {
  const auto lists = lists_of(disk);
  if (!lists) return fail(lists.error());
  const auto& certified = lists->disk;
  const auto digests = digests_of_file(raw, certified.bytes, certificate_.chunk_bytes);
  if (!digests) return fail(digests.error());
  tell_differing(
      {disk, certified.bytes, certificate_.chunk_bytes}, *digests,
      [&](std::uint64_t chunk) { return chunk_digest(lists->source, chunk); },
      [](std::uint64_t) { return "source_extent"; }, found);
  return check_end(raw, disk, certified.bytes, found);
}

Result<> CertifiedDigests::verify_image(std::uint32_t disk, const std::filesystem::path& file,
                                        Verification& found) const {
  const auto lists = lists_of(disk);
  if (!lists) return fail(lists.error());
  const auto& certified = lists->disk;
  const auto before = found.differ;
  const auto parts = digests_of_file(file, certified.file_bytes, certified.part_bytes);
  if (!parts) return fail(parts.error());
  tell_differing(
      {disk, certified.file_bytes, certified.part_bytes, 1}, *parts,
      [&](std::uint64_t part) { return chunk_digest(lists->parts, part); },
      [](std::uint64_t) { return "image_part"; }, found);
  if (auto done = check_end(file, disk, certified.file_bytes, found); !done) return done;
  // The same file holds the same disk: what was signed names both.
  if (found.differ == before) return {};
  const auto format = certified.format == "raw" ? ImageFormat::raw : ImageFormat::qcow2;
  const auto digests = digests_of_image(file, format, certified.bytes);
  if (!digests) {
    found.notes.push_back("the disk in " + file.string() +
                          " can't be read any more: " + digests.error().what);
    return {};
  }
  const auto chunks_differ = found.differ;
  tell_differing(
      {disk, certified.bytes, certificate_.chunk_bytes}, *digests,
      [&](std::uint64_t chunk) { return lists->expected_of_image(chunk); },
      [&](std::uint64_t chunk) {
        return lists->is_touched(chunk) ? "fix_up_range" : "source_extent";
      },
      found);
  if (found.differ == chunks_differ) {
    found.notes.push_back("the disk in " + file.string() +
                          " is the one that was proven: only the file around it differs");
  }
  return {};
}

}  // namespace ferry
