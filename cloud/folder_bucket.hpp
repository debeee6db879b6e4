// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A bucket in a local folder, the embedded default. Layout:
//
//   objects/dir%/name          the bytes; "%" keeps the key "a" apart from "a/b"
//   about/dir%/name.json       ObjectInfo
//   uploads/u-.../upload.json  UploadInfo
//   uploads/u-.../data         the parts at their offsets, sparse
//   uploads/u-.../parts/N.json PartInfo, written after the part's bytes are durable
//   uploads/u-.../commit.json  ObjectInfo, once the object is promised
//
// commit.json makes the replacement of an object one step: from then on a crash is
// repaired forwards, by the next process that opens the bucket.
#pragma once

#include <filesystem>

#include "cloud/bucket.hpp"

namespace ferry {

class FolderBucket final : public Bucket {
 public:
  /// Creates the folder if needed and finishes what a killed process had promised.
  [[nodiscard]] static Result<FolderBucket> open(std::filesystem::path root);

  Result<UploadId> begin_upload(std::string_view key, std::uint64_t part_bytes,
                                const ObjectDigests& whole) override;
  PartInfo describe_part(std::uint32_t number, std::span<const std::byte> bytes) const override;
  Result<PartInfo> put_part(const UploadId& upload, std::uint32_t number,
                            std::span<const std::byte> bytes) override;
  Result<std::vector<PartInfo>> list_parts(const UploadId& upload) override;
  Result<ObjectInfo> complete_upload(const UploadId& upload, std::span<const PartInfo> parts,
                                     const ObjectDigests& whole) override;
  Result<> abort_upload(const UploadId& upload) override;
  Result<std::vector<UploadInfo>> list_uploads(std::string_view prefix) override;
  Result<ObjectInfo> head(std::string_view key) const override;
  Result<> get(std::string_view key, std::uint64_t offset,
               std::span<std::byte> into) const override;
  Result<> remove(std::string_view key) override;
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) const override;

  /// Where the object's bytes lie, for people and for programs on this machine.
  [[nodiscard]] std::filesystem::path object_path(std::string_view key) const;

 private:
  explicit FolderBucket(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] std::filesystem::path about_path(std::string_view key) const;
  [[nodiscard]] Result<std::filesystem::path> upload_folder(const UploadId& upload) const;
  [[nodiscard]] Result<UploadInfo> read_upload(const UploadId& upload) const;
  [[nodiscard]] Result<std::string> digest_of_parts(const std::filesystem::path& folder,
                                                    const UploadInfo& about,
                                                    std::span<const PartInfo> parts) const;
  [[nodiscard]] Result<> finish_commit(const std::filesystem::path& folder);
  [[nodiscard]] Result<> finish_cut_work();
  /// Turns an error of the file system into one about this bucket.
  [[nodiscard]] tl::unexpected<Error> unavailable(Error error) const;

  std::filesystem::path root_;
};

}  // namespace ferry
