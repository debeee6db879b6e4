// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_certificate.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "certificate/signed_certificate.hpp"
#include "cloud/export.hpp"

namespace ferry {
namespace {

const AttachedFile* digest_file_of(const JobRecord& record) {
  const auto file = std::ranges::find(record.files, digest_file_name, &AttachedFile::name);
  return file == record.files.end() ? nullptr : &*file;
}

/// Of a disk that is a copy of one; 0 for one that was made anew.
std::uint64_t source_bytes(const JobRecord& record, const ImageObject& object) {
  const auto& sources = record.source_disk_bytes;
  const bool is_copy = record.settings.layout.disks.empty() && object.index < sources.size();
  return is_copy ? sources[object.index] : 0;
}

CertifiedDisk certified_disk(const JobRecord& record, const ImageObject& object) {
  CertifiedDisk disk;
  disk.index = object.index;
  disk.bytes = object.virtual_size;
  disk.source_bytes = source_bytes(record, object);
  disk.tree_root = object.tree_root;
  for (const auto& prepared : record.fix_ups.disks) {
    if (prepared.index == object.index) disk.changed = prepared.changed;
  }
  for (const auto& copied : record.verified) {
    if (copied.index != object.index) continue;
    disk.file_issues = copied.file_issues;
    disk.first_file_issues = copied.first_file_issues;
    disk.files = copied.files;
    disk.blocks = copied.blocks;
  }
  for (auto& proven : disk.files) {
    if (object.lists_files && !proven.sha256.empty()) continue;
    proven.bytes = 0;
    proven.sha256.clear();
  }
  disk.file = image_disk_name(object.index);
  disk.format = "qcow2";
  disk.file_bytes = object.size;
  disk.file_sha256 = object.sha256;
  disk.object = object.key;
  disk.part_bytes = object.part_bytes;
  return disk;
}

}  // namespace

bool wants_certificate(const JobRecord& record) {
  return !record.image.empty() && record.certified_image != record.image &&
         digest_file_of(record) != nullptr;
}

Certificate certificate_of(const JobRecord& record) {
  Certificate certificate;
  certificate.form = certificate_form;
  certificate.job = record.id;
  certificate.run = record.run_number;
  certificate.source = record.settings.source;
  certificate.source_key = record.source_public_key;
  certificate.hostname = record.origin.hostname;
  certificate.os = record.origin.os_name;
  certificate.boot_mode = record.origin.boot_mode;
  certificate.image = record.image;
  certificate.region = record.settings.region;
  certificate.started_at = utc_text(record.started_ms);
  certificate.verified_at = utc_text(record.verified_ms);
  certificate.imported_at = utc_text(record.imported_ms);
  certificate.version = record.version;
  certificate.chunk_bytes = limits::chunk_bytes;
  if (const auto* file = digest_file_of(record)) {
    certificate.digests_file = file->name;
    certificate.digests_sha256 = file->sha256;
  }
  for (const auto& object : record.objects) {
    certificate.disks.push_back(certified_disk(record, object));
  }
  certificate.fix_ups = {record.fix_ups.outcome, record.settings.network, record.fix_ups.reasons,
                         record.fix_ups.rebuilt};
  certificate.boot = {record.boot.outcome, record.boot.cause, record.boot.firmware,
                      record.boot.accelerator,
                      static_cast<std::uint64_t>(record.boot.seconds * 1000)};
  return certificate;
}

}  // namespace ferry
