// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the images of edge nodes live (ENS): objects of a bucket go in, images that
// an edge server can start from come out.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/bucket.hpp"
#include "messages/boot.hpp"

namespace ferry {

struct ImportDisk {
  std::uint32_t index = 0;         // 0 is the system disk
  std::string key;                 // of the qcow2 object
  std::uint64_t virtual_size = 0;  // bytes of the disk inside
  std::string sha256;              // hex, of the object
  std::string tree_root;           // hex, root of the digest tree of the disk
  FERRY_FIELDS(index, key, virtual_size, sha256, tree_root)
};

/// A file beside the disks, such as "console.log".
struct ImportFile {
  std::string name;
  std::string key;
  std::string sha256;  // hex, of the object
  FERRY_FIELDS(name, key, sha256)
};

struct ImportRequest {
  std::string client_token;  // the same token always means the same image
  std::string image_id;      // may be empty: then it follows from the token
  std::string name;
  std::string region;
  std::string architecture = "x86_64";
  std::string boot_mode = "bios";
  std::string source_id;
  std::string source_hostname;
  std::string source_os;
  std::string job;
  std::vector<ImportDisk> disks;
  std::vector<ImportFile> files = {};
  ImageBoot boot = {};
  std::string license = {};  // BYOL; empty: that of the cloud
  FERRY_FIELDS(client_token, image_id, name, region, architecture, boot_mode, source_id,
               source_hostname, source_os, job, disks, files, boot, license)
};

struct EnsImageDisk {
  std::uint32_t index = 0;
  std::string file;  // beside image.json
  std::uint64_t virtual_size = 0;
  std::uint64_t file_size = 0;
  std::string sha256;
  std::string tree_root;
  FERRY_FIELDS(index, file, virtual_size, file_size, sha256, tree_root)
  friend bool operator==(const EnsImageDisk&, const EnsImageDisk&) = default;
};

struct EnsImageFile {
  std::string name;  // beside image.json
  std::uint64_t size = 0;
  std::string sha256;
  FERRY_FIELDS(name, size, sha256)
  friend bool operator==(const EnsImageFile&, const EnsImageFile&) = default;
};

/// The document image.json.
struct EnsImage {
  std::string image_id;
  std::string name;
  std::string status = "Available";
  std::string region;
  std::string architecture = "x86_64";
  std::string os_type = "linux";
  std::string boot_mode = "bios";
  std::string source_id;
  std::string source_hostname;
  std::string source_os;
  std::vector<EnsImageDisk> disks;
  std::string created_at;  // UTC
  std::string job;
  std::string client_token;
  std::uint64_t import_ms = 0;  // time the import took
  std::vector<EnsImageFile> files = {};
  ImageBoot boot = {};       // its boot proof
  std::string license = {};  // BYOL; empty: that of the cloud
  FERRY_FIELDS(image_id, name, status, region, architecture, os_type, boot_mode, source_id,
               source_hostname, source_os, disks, created_at, job, client_token, import_ms, files,
               boot, license)
  friend bool operator==(const EnsImage&, const EnsImage&) = default;
};

/// Calls block, so they belong in blocking actors. Any thread may call.
class EnsRegistry {
 public:
  virtual ~EnsRegistry() = default;

  /// Whether it can be used now, by one small question.
  [[nodiscard]] virtual Result<> check() const { return {}; }
  /// Idempotent by client token: a repeated call returns the first call's image. A name
  /// that another image has is followed by "_JOB". Errors: invalid_argument,
  /// image_too_large, object_missing, object_corrupt, image_failed, canceled.
  [[nodiscard]] virtual Result<EnsImage> import_image(const ImportRequest& request,
                                                      const Bucket& bucket,
                                                      const ByteProgress& progress = {},
                                                      std::stop_token stop = {}) = 0;
  /// Absent images are not_found.
  [[nodiscard]] virtual Result<EnsImage> describe(std::string_view image_id) const = 0;
  /// Returns the images, oldest first.
  [[nodiscard]] virtual Result<std::vector<EnsImage>> list() const = 0;
  /// Where the registry keeps the image, for people and for programs on this machine.
  [[nodiscard]] virtual std::string location(std::string_view image_id) const = 0;
  /// Keeps an image's certificate beside it, durably, and replaces an earlier one. An image that is
  /// absent is not_found.
  [[nodiscard]] virtual Result<> store_certificate(std::string_view image_id,
                                                   std::string_view certificate) = 0;
  /// Removes an image; one that is absent is a success.
  [[nodiscard]] virtual Result<> remove(std::string_view image_id) = 0;
  /// Removes what an import with this token has made, also half of it; nothing is a success.
  [[nodiscard]] virtual Result<> discard(std::string_view client_token);
};

}  // namespace ferry
