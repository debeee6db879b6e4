// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Images that the cloud makes by itself of the disks of a rented machine, and puts into a bucket
// (F15, F16): snapshots, a custom image of them, and one object for each disk. All of it carries a
// token of the ledger, by which it is found again after a crash at any moment.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "messages/resource.hpp"

namespace ferry {

enum class ObjectFormat : std::uint8_t {
  raw_archive,  // a tar.gz with one member, the bytes of the disk
  qcow2,
};

struct NativeDisk {
  std::uint32_t index = 0;  // 0 is the system disk
  std::string id;           // of the cloud's disk
};

struct NativeExportRequest {
  std::string token;  // of the ledger row; lower-case letters, digits and hyphens
  /// Each makes all anew, of the disks as they are then; the higher one is the later one.
  std::uint64_t attempt = 1;
  std::vector<NativeDisk> disks;   // in the order of their indices, the system disk first
  std::string prefix;              // of the objects' keys, 1 to 30 letters and digits (L27)
  std::string boot_mode = "bios";  // or "uefi"
  /// What is wished; a region that can't export it exports raw archives.
  ObjectFormat format = ObjectFormat::qcow2;
};

struct ExportedObject {
  std::uint32_t index = 0;
  std::string key;
  std::uint64_t size = 0;  // bytes of the object
  ObjectFormat format = ObjectFormat::raw_archive;
  friend bool operator==(const ExportedObject&, const ExportedObject&) = default;
};

/// Gets the step ("snapshots", "image" or "export") and 0 to 100 of that step.
using NativeProgress = std::function<void(std::string_view step, double percent)>;

/// Calls block, and may be repeated at any time.
class NativeExporter {
 public:
  virtual ~NativeExporter() = default;

  /// Makes what is missing and returns the objects once all of them are there; what earlier
  /// attempts have left goes first. The disks must not be written to until the step "snapshots" is
  /// over. An attempt always has the same disks, and what the service has failed to make for it
  /// isn't made again. Errors: invalid_argument, and image_too_large for disks that no image may
  /// have, both before anything is made; instance_gone (a disk is), image_failed, access_refused,
  /// service_refused, bucket_unavailable, object_missing, no_capacity, unreachable, timeout,
  /// canceled.
  [[nodiscard]] virtual Result<std::vector<ExportedObject>> ensure(
      const NativeExportRequest& request, const NativeProgress& progress,
      const std::stop_token& stop) = 0;
  /// Ends an export that is on its way, removes all that carries the token, whatever the attempt,
  /// and returns once it is gone; nothing is a success.
  [[nodiscard]] virtual Result<> release(std::string_view token, const std::stop_token& stop) = 0;
  /// All that carries a token of ours: a "snapshot", "custom_image" or "export_object".
  [[nodiscard]] virtual Result<std::vector<FoundResource>> list(
      const std::stop_token& stop) const = 0;
};

}  // namespace ferry
