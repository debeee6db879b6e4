// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The export of a custom image of ECS into a bucket: the service's task, which has no token of
// ours and is known by its image, and the objects that come of it, whose keys begin with
// "PREFIX_IMAGEID_". How the service calls those of data disks is not public, so all that lie there
// are looked at.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cloud/alibaba/ecs_wait.hpp"
#include "cloud/alibaba/rpc_client.hpp"
#include "cloud/bucket.hpp"
#include "cloud/native_export.hpp"

namespace ferry {

/// A bucket as the service names it; it lies in the region of the images.
struct ExportPlace {
  std::string region;
  std::string bucket;
};

struct ExportedImage {
  std::string id;
  std::string prefix;
};

class EcsExport {
 public:
  EcsExport(ExportPlace place, EcsPatience patience, RpcClient& ecs, Bucket& bucket)
      : place_(std::move(place)), patience_(patience), ecs_(ecs), bucket_(bucket) {}

  /// Exports the image unless it is exported, and returns its objects in the order of its disks,
  /// whose indices these are. `progress` gets 0 to 100.
  [[nodiscard]] Result<std::vector<ExportedObject>> ensure(
      const ExportedImage& image, const std::vector<std::uint32_t>& disks, ObjectFormat format,
      const std::function<void(double)>& progress, const std::stop_token& stop);
  /// Ends a task that is going on and removes the objects. False: something was left, or only just
  /// removed, so that another look is needed.
  [[nodiscard]] Result<bool> clear(const ExportedImage& image, const std::stop_token& stop);
  [[nodiscard]] Result<std::vector<ObjectInfo>> objects(const ExportedImage& image) const;

 private:
  struct Task {
    std::string id, status;
  };
  [[nodiscard]] Result<std::vector<Task>> tasks_of(const std::string& image,
                                                   const std::stop_token& stop) const;
  [[nodiscard]] Result<std::vector<ExportedObject>> exported(
      const ExportedImage& image, const std::vector<std::uint32_t>& disks) const;
  [[nodiscard]] Result<std::optional<std::string>> ask(const ExportedImage& image,
                                                       ObjectFormat& format,
                                                       const std::stop_token& stop);
  [[nodiscard]] Result<std::string> begin(const ExportedImage& image, ObjectFormat format,
                                          const std::stop_token& stop);
  [[nodiscard]] Result<> wait(const std::string& task, const ExportedImage& image,
                              const std::function<void(double)>& progress,
                              const std::stop_token& stop) const;

  ExportPlace place_;
  EcsPatience patience_;
  RpcClient& ecs_;
  Bucket& bucket_;
};

/// "37%" as 37; 0 for what isn't one.
[[nodiscard]] double percent_of(const std::string& text);

}  // namespace ferry
