// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Turns one job's target disks into qcow2 objects in the bucket: images of all disks are made and
// proven, then made fit to boot, then seen to boot, then uploaded. Each stage leaves something that
// is whole or absent, so after any interruption the same request goes on where it was.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/background.hpp"
#include "actors/log_keeper.hpp"
#include "actors/work_lease.hpp"
#include "actors/worker/boot_prover.hpp"
#include "actors/worker/discarded.hpp"
#include "actors/worker/image_preparer.hpp"
#include "certificate/disk_digests.hpp"
#include "cloud/bucket.hpp"
#include "cloud/image_file.hpp"
#include "cloud/instance_commands.hpp"
#include "cloud/machine.hpp"
#include "cloud/native_export.hpp"
#include "cloud/registry.hpp"
#include "messages/catalogue.hpp"
#include "replication/disk_root.hpp"
#include "transport/bridge.hpp"

namespace ferry {

/// What makes an image file of a disk, judges both, makes it fit to boot and boots it: qemu-img,
/// the digest tree and this very program, but for the simulator.
struct ImageTools {
  using Path = std::filesystem::path;

  std::function<Result<>(const Path& raw, const Path& qcow2, ImageCompression,
                         const PercentProgress&, std::stop_token)>
      convert = convert_to_qcow2;
  std::function<Result<>(const Path& qcow2, std::stop_token)> check = check_image;
  std::function<Result<>(const Path& raw, const Path& qcow2, const PercentProgress&,
                         std::stop_token)>
      compare = compare_images;
  std::function<Result<std::string>(const Path& raw, std::uint64_t bytes,
                                    std::string_view digest_key,
                                    const std::function<void(std::uint64_t)>& progress,
                                    const std::stop_token&, ChunkDigests* digests)>
      root = disk_root;
  std::function<Result<std::string>(const Path& qcow2, std::uint64_t bytes, const std::stop_token&)>
      image_digests = [](const Path& qcow2, std::uint64_t bytes, const std::stop_token& stop) {
        return digests_of_image(qcow2, ImageFormat::qcow2, bytes, stop);
      };
  /// Given by the program, which knows where it lies.
  std::function<Result<PreparedImage>(const PrepareOrder&, const std::stop_token&)> prepare =
      [](const PrepareOrder&, const std::stop_token&) -> Result<PreparedImage> {
    return fail(Errc::program_missing, "this worker has no program for boot fix-ups");
  };
  std::function<Result<ImageBoot>(const BootProofOrder&, const std::stop_token&)> prove_boot =
      [](const BootProofOrder&, const std::stop_token&) -> Result<ImageBoot> {
    return fail(Errc::program_missing, "this worker has no program for boot proofs");
  };
};

struct WorkerOptions {
  std::string node;
  std::filesystem::path scratch;
  ImageCompression compression = ImageCompression::none;
  std::uint64_t part_bytes = 8 * limits::mib;
  /// Opened anew for each piece of work, so that a bucket or registry that can't be
  /// used now fails that work in words and not the whole worker. What a bucket does when the work
  /// is stopped may end at once, as canceled.
  std::function<Result<std::shared_ptr<Bucket>>(const std::string& bucket, const std::stop_token&)>
      open_bucket;
  /// Whose images come out of this bucket.
  std::function<Result<std::shared_ptr<EnsRegistry>>(const std::string& bucket)> open_registry;
  /// By their names in the cluster file, for all these; empty is [bucket].
  std::vector<std::string> buckets = {""};
  /// As above; null: this cluster rents no machines. The patience is that of each call.
  std::function<Result<std::shared_ptr<MachineProvider>>(const MachineWish&,
                                                         std::chrono::milliseconds patience)>
      open_machines = [](const MachineWish&, std::chrono::milliseconds) { return nullptr; };
  std::string machine_image = {};
  std::string machine_role = {};
  /// Of the cloud that exports disks by itself; empty: there is none.
  std::function<Result<std::shared_ptr<NativeExporter>>(const std::string& bucket,
                                                        const std::stop_token&)>
      open_native = {};
  /// Of the cloud whose instances become source servers; null: there is none.
  std::function<Result<std::shared_ptr<InstanceCommands>>(const std::string& region)>
      open_instances = [](const std::string&) { return nullptr; };
  Bridge* bridge = nullptr;
  KeptLog log = {};
  std::chrono::milliseconds lease = limits::work_lease;  // of work nobody asks about
  ImageTools tools = {};
  std::shared_ptr<Discarded> discarded = std::make_shared<Discarded>();
};

/// What an export leads to.
struct Exported {
  std::vector<ImageObject> objects;
  FixUpReport fix_ups;
  std::vector<AttachedFile> files;
};

class ImageExporter {
 public:
  static constexpr const char* actor_name = "image_exporter";
  static constexpr bool works_for_one_job = true;

  ImageExporter(caf::event_based_actor* self, WorkerOptions options, std::string job);
  caf::behavior make_behavior();

 private:
  struct Shown;  // what the work tells while it runs

  caf::result<ExportStatus> export_image(const ExportImage& m);
  caf::result<Done> discard(const DiscardExport& m);
  [[nodiscard]] Result<> discard_native(const DiscardExport& m);
  [[nodiscard]] Result<> discard_disk(Bucket& bucket, const DiscardExport& m,
                                      std::uint32_t disk) const;
  [[nodiscard]] ExportStatus status() const;

  caf::event_based_actor* self_;
  WorkerOptions options_;
  std::string job_;
  std::uint64_t epoch_ = 0;  // of the newest request; older ones are refused
  WorkLease lease_;
  std::shared_ptr<Shown> shown_;
  Background<Exported> work_;
  std::string removed_image_;
  Background<bool> removal_;  // of what the cloud has made of it
};

}  // namespace ferry
