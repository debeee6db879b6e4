// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Custom images of ECS, made of snapshots of a rented machine's disks and exported to a bucket
// (F15, F16, F22, F23). Snapshots and image are tagged with their token and the number of the
// attempt, and made with client tokens that follow from both: after any interruption the same
// things are found, or made by repeating the call. The image goes only after its objects, as only
// its tags tell where these lie.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/alibaba/ecs_export.hpp"

namespace ferry {

struct EcsImageSettings {
  RpcService ecs;
  std::string region;         // of the disks and of all that is made of them
  std::string bucket;         // as the service names it
  std::string bucket_region;  // must be the same (F60)
  EcsPatience patience = {};
};

class EcsImages final : public NativeExporter {
 public:
  EcsImages(EcsImageSettings settings, std::shared_ptr<Bucket> bucket);

  Result<std::vector<ExportedObject>> ensure(const NativeExportRequest& request,
                                             const NativeProgress& progress,
                                             const std::stop_token& stop) override;
  Result<> release(std::string_view token, const std::stop_token& stop) override;
  Result<std::vector<FoundResource>> list(const std::stop_token& stop) const override;

 private:
  struct Snapshot {
    std::string id, token, attempt, disk, status, progress;
  };
  struct Image {
    std::string id, token, attempt, prefix, status, progress;
  };
  // Of one token, or of all if it is empty.
  [[nodiscard]] Result<std::vector<Snapshot>> snapshots(std::string_view token,
                                                        const std::stop_token& stop) const;
  [[nodiscard]] Result<std::vector<Image>> images(std::string_view token,
                                                  const std::stop_token& stop) const;
  [[nodiscard]] Result<> check(const NativeExportRequest& request) const;
  [[nodiscard]] Result<> check_disks(const NativeExportRequest& request,
                                     const std::stop_token& stop) const;
  [[nodiscard]] Result<std::vector<std::string>> ensure_snapshots(
      const NativeExportRequest& request, const NativeProgress& progress,
      const std::stop_token& stop);
  [[nodiscard]] Result<> take_snapshot(const NativeExportRequest& request, const NativeDisk& disk,
                                       const std::stop_token& stop);
  [[nodiscard]] Result<Image> ensure_image(const NativeExportRequest& request,
                                           const std::vector<std::string>& snapshots,
                                           const NativeProgress& progress,
                                           const std::stop_token& stop);
  [[nodiscard]] Result<> make_image(const NativeExportRequest& request,
                                    const std::vector<std::string>& snapshots,
                                    const std::stop_token& stop);
  // Spares what is of this attempt, unless it is empty.
  [[nodiscard]] Result<bool> remove_all(std::string_view token, std::string_view but_attempt,
                                        std::vector<ExportedImage>& exported,
                                        const std::stop_token& stop);
  [[nodiscard]] Result<> remove_until_gone(std::string_view token, std::string_view but_attempt,
                                           int looks, const std::stop_token& stop);
  [[nodiscard]] Result<> remove(const char* action, const char* parameter, const std::string& id,
                                const std::stop_token& stop);

  EcsImageSettings settings_;
  std::shared_ptr<Bucket> bucket_;
  mutable RpcClient ecs_;
  mutable EcsExport export_;
};

}  // namespace ferry
