// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/worker/export_digests.hpp"

#include <algorithm>

#include "actors/worker/image_export.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "certificate/disk_digests.hpp"
#include "cloud/export.hpp"
#include "files/file_manifest.hpp"

namespace ferry {
namespace {

std::vector<ChangedRange> changed_by(const FixUpReport& fix_ups, std::uint32_t index) {
  for (const auto& disk : fix_ups.disks) {
    if (disk.index == index) return disk.changed;
  }
  return {};
}

/// The image's digests of the chunks that fix-ups touched; all others have to be the disk's.
Result<std::string> touched_digests(const std::string& disk, const std::string& image,
                                    const std::vector<std::uint64_t>& touched,
                                    const std::string& name) {
  std::string digests;
  for (std::uint64_t chunk = 0; chunk < disk.size() / chunk_digest_bytes; ++chunk) {
    if (std::ranges::binary_search(touched, chunk)) {
      digests += chunk_digest(image, chunk);
    } else if (chunk_digest(image, chunk) != chunk_digest(disk, chunk)) {
      return fail(Errc::image_failed, name + " differs from its disk at offset " +
                                          std::to_string(chunk * limits::chunk_bytes) +
                                          ", where nothing changed it");
    }
  }
  return digests;
}

/// What both ends have listed of the disk's files, as the instance has left it beside the disk.
Result<std::string> manifests_of(const ExportDisk& disk) {
  if (disk.files.empty()) return std::string{};
  const auto path = files::manifests_beside(disk.path);
  auto bytes = read_file(path, disk.files.size() * limits::file_manifest_bytes_max);
  std::string_view rest;
  if (bytes) rest = *bytes;
  for (const auto& proven : disk.files) {
    const auto manifest = rest.substr(0, std::min<std::uint64_t>(proven.bytes, rest.size()));
    const auto digest = sha256(manifest);
    if (to_hex(std::as_bytes(std::span{digest})) != proven.sha256) {
      return fail(Errc::verify_mismatch,
                  path.string() + " is not what was proven of " + proven.mount_point);
    }
    rest.remove_prefix(manifest.size());
  }
  return std::move(*bytes);
}

Result<DiskDigests> digests_of(const WorkerOptions& options, const ExportImage& request,
                               const ExportDisk& disk, const FixUpReport& fix_ups,
                               const ChunkDigests& proven, const std::stop_token& stop) {
  const auto file = scratch_file(options.scratch, request.image, disk.index);
  const auto image = options.tools.image_digests(file, disk.size, stop);
  if (!image) return fail(image.error());
  const auto touched = touched_chunks(changed_by(fix_ups, disk.index), limits::chunk_bytes);
  auto changed = touched_digests(proven.digests(), *image, touched, image_disk_name(disk.index));
  if (!changed) return fail(changed.error());
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  if (error) return fail(Errc::disk_missing, file.string() + ": " + error.message());
  auto parts = digests_of_file(file, bytes, upload_part_bytes(options.part_bytes, bytes), stop);
  if (!parts) return fail(parts.error());
  return DiskDigests{proven.digests(), std::move(*changed), std::move(*parts)};
}

}  // namespace

Result<> write_digests(const WorkerOptions& options, const ExportImage& request,
                       const FixUpReport& fix_ups, const std::vector<ChunkDigests>& disks,
                       const std::stop_token& stop) {
  const auto file = attached_scratch_file(options.scratch, request.image, digest_file_name);
  std::error_code ignored;  // of an attempt before
  std::filesystem::remove(file, ignored);
  std::vector<DiskDigests> all;
  std::string manifests;
  for (std::size_t i = 0; i < disks.size(); ++i) {
    if (disks[i].added() != disks[i].count()) return {};
    auto one = digests_of(options, request, request.disks[i], fix_ups, disks[i], stop);
    if (!one) return fail(one.error());
    all.push_back(std::move(*one));
    const auto listed = manifests_of(request.disks[i]);
    if (!listed) return fail(listed.error());
    manifests += *listed;
  }
  return write_file_durably(file, digest_file_bytes(all) + manifests);
}

}  // namespace ferry
