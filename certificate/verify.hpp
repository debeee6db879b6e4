// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Holds disks and image files against a certificate, and names the chunks that differ.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "certificate/signed_certificate.hpp"

namespace ferry {

/// Where something differs.
struct Difference {
  /// image_part: of the image file, as it was uploaded; source_extent: of a disk, or of the image
  /// where it is a copy; fix_up_range: of the image where boot fix-ups changed it; end: bytes
  /// behind the end of what was proven; file: of a tree of files; file_missing: there is none.
  std::string stage;
  std::uint32_t disk = 0;
  std::uint64_t chunk = 0;  // its number, from 0; of a part: from 1, as in the bucket
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string expected;  // SHA-256 in hex
  std::string found;
  std::string file;  // path below the mount point, fit to be printed
  FERRY_FIELDS(stage, disk, chunk, offset, length, expected, found, file)
};

struct Verification {
  std::uint64_t differ = 0;             // in all
  std::vector<Difference> differences;  // the first limits::differences_told_max
  std::vector<std::string> notes;
};

/// Counts it, and keeps it as far as there is room.
void tell(Verification& found, Difference difference);

/// A certificate with the digests that it binds.
class CertifiedDigests {
 public:
  /// `bytes`: the digest file. certificate_forged if it is not the one that the certificate names.
  [[nodiscard]] static Result<CertifiedDigests> bind(Certificate certificate, std::string bytes);

  [[nodiscard]] const Certificate& certificate() const { return certificate_; }
  /// A raw disk, of the source or the target. Errors: not_found for a disk that the certificate
  /// does not have, those of reading.
  [[nodiscard]] Result<> verify_disk(std::uint32_t disk, const std::filesystem::path& raw,
                                     Verification& found) const;
  /// An image file: its parts, and if one differs the disk in it as far as it can be read.
  [[nodiscard]] Result<> verify_image(std::uint32_t disk, const std::filesystem::path& file,
                                      Verification& found) const;
  /// The files that are mounted at `directory`, of what was `mount_point` of the source and went by
  /// files to this disk. Errors: not_found, those of TreeReader.
  [[nodiscard]] Result<> verify_files(std::uint32_t disk, const std::string& mount_point,
                                      const std::filesystem::path& directory,
                                      Verification& found) const;

 private:
  struct Lists;  // of one disk, into bytes_

  CertifiedDigests(Certificate certificate, std::string bytes)
      : certificate_(std::move(certificate)), bytes_(std::move(bytes)) {}
  [[nodiscard]] Result<Lists> lists_of(std::uint32_t disk) const;
  [[nodiscard]] Result<std::string_view> manifest_of(std::uint32_t disk,
                                                     const std::string& mount_point) const;
  /// Where the manifests begin, which come behind all lists.
  [[nodiscard]] std::uint64_t manifests_begin() const;

  Certificate certificate_;
  std::string bytes_;
};

}  // namespace ferry
