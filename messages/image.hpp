// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// From target disks to objects in the bucket to an ENS image (F15 to F17).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/job.hpp"
#include "messages/record.hpp"

namespace ferry {

struct ExportDisk {
  std::uint32_t index = 0;
  std::string path;  // the target disk as the worker sees it
  std::uint64_t size = 0;
  std::string tree_root;                // hex
  std::vector<ProvenFiles> files = {};  // whose manifests lie beside the disk
  std::string cloud_disk = {};  // its id, if the cloud exports it; else the worker reads `path`
  FERRY_FIELDS(index, path, size, tree_root, files, cloud_disk)
};

/// What `edgeferry image prepare --json` says: how an image was made fit to boot elsewhere.
struct PreparedPatch {
  std::string file;  // of the guest
  std::string fix_up;
  std::string reason;
  std::string diff;  // only before anything is applied
  FERRY_FIELDS(file, fix_up, reason, diff)
};
struct PreparedImage {
  std::string done;                 // "planned", "applied"
  std::string root;                 // "partition 2 of system.qcow2"
  std::vector<std::string> points;  // what was mounted: "/", "/boot"
  std::vector<PreparedPatch> patches;
  std::vector<std::string> notes;
  std::vector<std::string> rebuilt;  // commands; those that would be run, if planned
  std::vector<PreparedDisk> disks;
  FERRY_FIELDS(done, root, points, patches, notes, rebuilt, disks)
};

/// What is known of the source for fix-ups of its image, as it was when the job was made.
struct SourceVolume {
  std::string device;  // "/dev/sda1"
  std::string uuid;    // of the file system, swap or LUKS volume on it
  FERRY_FIELDS(device, uuid)
};
struct SourceNic {
  std::string name;
  std::string mac;
  FERRY_FIELDS(name, mac)
};
struct FixUpOrder {
  bool wanted = false;
  std::string network;  // as-is, keep or dhcp
  std::vector<SourceVolume> volumes;
  std::vector<SourceNic> nics;
  FERRY_FIELDS(wanted, network, volumes, nics)
};

/// Controller to worker: turns disks into qcow2 objects. Idempotent by (job, epoch);
/// answers at once with ExportStatus and is repeated until that is final. A disk whose
/// digest tree is not `tree_root` any more makes it fail as verify_mismatch.
struct ExportImage {
  std::string job;
  std::uint64_t epoch = 0;
  std::string image;  // m-..., of the intermediate image
  std::string prefix;
  std::vector<ExportDisk> disks;
  std::string digest_key = {};  // 32 bytes, of the trees; empty: they are not compared
  FixUpOrder fix_ups = {};
  std::string boot_proof = {};  // required, warn or off; empty: off
  std::string boot_mode = {};   // bios or uefi
  std::string bucket = {};      // of the cluster file, by name; empty: [bucket]. So in all others
  FERRY_MESSAGE("image.export", job, epoch, image, prefix, disks, digest_key, fix_ups, boot_proof,
                boot_mode, bucket)
};
/// The step of an export that has a time limit of its own, in which its percentage stands still.
inline constexpr std::string_view boot_proof_step = "proving that it boots";

struct ImageObject {
  std::uint32_t index = 0;
  std::string key;
  std::uint64_t size = 0;
  std::uint64_t virtual_size = 0;
  std::string sha256;            // hex
  std::string tree_root;         // hex
  std::uint64_t part_bytes = 0;  // of its upload; 0: not told
  bool lists_files = false;      // the manifests of its files are in the file of digests
  FERRY_FIELDS(index, key, size, virtual_size, sha256, tree_root, part_bytes, lists_files)
};
/// A file that is kept beside the disks of an image, such as the console of its boot proof.
struct AttachedFile {
  std::string name;  // beside image.json
  std::string key;   // in the bucket
  std::uint64_t size = 0;
  std::string sha256;  // hex
  FERRY_FIELDS(name, key, size, sha256)
};
struct ExportStatus {
  std::string job;
  std::uint64_t epoch = 0;
  std::string state;  // running, failed or done
  std::string step;
  double progress = 0;  // 0 to 100
  std::vector<ImageObject> objects;
  std::uint16_t error_code = 0;
  std::string error;
  std::string fix;
  FixUpReport fix_ups = {};
  ImageBoot boot = {};  // also of an image that is refused for it
  std::vector<AttachedFile> files = {};
  std::string version = {};  // of the worker
  // The end of the serial console of the boot proof, once the state is final; at most
  // limits::boot_log_bytes_max
  std::vector<char> console = {};
  FERRY_MESSAGE("image.export_status", job, epoch, state, step, progress, objects, error_code,
                error, fix, fix_ups, boot, files, version, console)
};

/// Of an export: what the cloud has made by itself, which is snapshots, an image and its objects.
inline constexpr std::string_view native_part = "native";

/// Controller to worker: ends work on this job and removes its objects, uploads
/// and scratch files (F23), or first one of them. Idempotent.
struct DiscardExport {
  std::string job;
  std::uint64_t epoch = 0;
  std::string image;
  std::string prefix;
  std::uint32_t disk_count = 0;
  /// native_part, file0, upload0, object0, file1, ...; empty: all that is left.
  std::string part = {};
  std::string bucket = {};
  FERRY_MESSAGE("image.discard", job, epoch, image, prefix, disk_count, part, bucket)
};

struct ImageOrigin {
  std::string source;
  std::string hostname;
  std::string os_name;
  std::string boot_mode;
  FERRY_FIELDS(source, hostname, os_name, boot_mode)
};

/// Controller to worker: makes an ENS image of the objects. Idempotent by (job, epoch).
struct ImportImage {
  std::string job;
  std::uint64_t epoch = 0;
  std::string token;
  std::string image_name;
  std::string region;
  ImageOrigin origin;
  std::int64_t started_ms = 0;
  std::vector<ImageObject> objects;
  ImageBoot boot = {};
  std::vector<AttachedFile> files = {};
  std::string license = {};  // "" or BYOL
  std::string bucket = {};
  FERRY_MESSAGE("ens.import_image", job, epoch, token, image_name, region, origin, started_ms,
                objects, boot, files, license, bucket)
};
/// Controller to worker: ends an import and removes what it made, as the job was
/// canceled before the image was handed over. Idempotent by token.
struct DiscardImport {
  std::string job;
  std::uint64_t epoch = 0;
  std::string token;
  std::string bucket = {};
  FERRY_MESSAGE("ens.discard_import", job, epoch, token, bucket)
};
struct ImportStatus {
  std::string job;
  std::uint64_t epoch = 0;
  std::string state;  // running, failed or done
  double progress = 0;
  std::string image;  // ENS image id
  std::string path;   // where the registry keeps it
  std::vector<ImageDisk> disks;
  std::uint16_t error_code = 0;
  std::string error;
  std::string fix;
  FERRY_MESSAGE("ens.import_status", job, epoch, state, progress, image, path, disks, error_code,
                error, fix)
};

}  // namespace ferry
