// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An image registry in a local folder, the embedded default:
// images/IMAGEID/{system.qcow2,data1.qcow2,...,image.json}. An image is built in
// .importing/ and appears under its id in one rename, whole or not at all.
#pragma once

#include <filesystem>
#include <string>

#include "cloud/import_rules.hpp"

namespace ferry {

class FolderRegistry final : public EnsRegistry {
 public:
  [[nodiscard]] static Result<FolderRegistry> open(std::filesystem::path root,
                                                   RegistryLimits limits = {});

  Result<EnsImage> import_image(const ImportRequest& request, const Bucket& bucket,
                                const ByteProgress& progress = {},
                                std::stop_token stop = {}) override;
  Result<EnsImage> describe(std::string_view image_id) const override;
  Result<std::vector<EnsImage>> list() const override;
  Result<> store_certificate(std::string_view image_id, std::string_view certificate) override;
  Result<> remove(std::string_view image_id) override;

  std::string location(std::string_view image_id) const override {
    return image_folder(image_id).string();
  }

  /// Where the image's files lie.
  [[nodiscard]] std::filesystem::path image_folder(std::string_view image_id) const;

 private:
  FolderRegistry(std::filesystem::path root, RegistryLimits limits)
      : root_(std::move(root)), limits_(std::move(limits)) {}

  void clear_importing() const;
  [[nodiscard]] Result<EnsImage> build(const ImportRequest& request, std::string image_id,
                                       const Bucket& bucket, const ByteProgress& progress,
                                       const std::stop_token& stop);
  [[nodiscard]] tl::unexpected<Error> unavailable(Error error) const;

  std::filesystem::path root_;
  RegistryLimits limits_;
};

}  // namespace ferry
