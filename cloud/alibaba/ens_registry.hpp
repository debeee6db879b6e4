// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The Edge Node Service as the registry of images (F17). ENS fetches each disk from the bucket by
// itself, has no client tokens and keeps nothing but name and disks. So an import is written down
// before ENS is asked for it, under a name that no other image has; after a lost answer the image
// is found by that name; and all else that is known of an image lies in the bucket
// (image_records.hpp).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloud/alibaba/image_records.hpp"
#include "cloud/alibaba/rpc_client.hpp"
#include "cloud/import_rules.hpp"

namespace ferry {

inline constexpr std::string_view ens_version = "2017-11-10";

struct EnsSettings {
  RpcService service;
  std::string bucket;         // the name of the bucket that ENS fetches from
  std::string bucket_region;  // "cn-beijing"
  RegistryLimits limits = {};
  std::chrono::milliseconds poll{5'000};  // at most, between two looks at an image in the making
  /// How long an image that was made may be missing in the service's listings.
  std::chrono::milliseconds settle{30'000};
  /// How long the record of an import that nobody knows the outcome of is kept after its removal.
  std::chrono::milliseconds late_image{3'600'000};
};

class EnsServiceRegistry final : public EnsRegistry {
 public:
  EnsServiceRegistry(EnsSettings settings, std::shared_ptr<Bucket> bucket);

  Result<EnsImage> import_image(const ImportRequest& request, const Bucket& bucket,
                                const ByteProgress& progress = {},
                                std::stop_token stop = {}) override;
  Result<> check() const override;
  Result<EnsImage> describe(std::string_view image_id) const override;
  /// Those that this registry has made, also ones of removed imports that have appeared after all.
  Result<std::vector<EnsImage>> list() const override;
  std::string location(std::string_view image_id) const override;
  Result<> store_certificate(std::string_view image_id, std::string_view certificate) override;
  Result<> remove(std::string_view image_id) override;
  Result<> discard(std::string_view client_token) override;

 private:
  /// What ENS tells of an image.
  struct Listed {
    std::string id, name, status;
  };
  [[nodiscard]] Result<std::vector<Listed>> listed(std::vector<NameValue> filter,
                                                   const std::stop_token& stop) const;
  [[nodiscard]] Result<std::optional<Listed>> listed_with_name(const std::string& name,
                                                               const std::stop_token& stop) const;
  [[nodiscard]] Result<ImageRecord> intend(const ImportRequest& request,
                                           const std::stop_token& stop);
  [[nodiscard]] Result<> ask(ImageRecord& record, const ImportRequest& request,
                             const std::stop_token& stop);
  [[nodiscard]] Result<> find_asked(ImageRecord& record, const std::stop_token& stop) const;
  [[nodiscard]] Result<> wait_until_made(ImageRecord& record, const std::stop_token& stop);
  [[nodiscard]] Result<> keep_files(ImageRecord& record, const ImportRequest& request,
                                    const std::stop_token& stop);
  [[nodiscard]] Result<> remove_at_service(const std::string& image_id) const;
  [[nodiscard]] Result<> remove(ImageRecord record);
  [[nodiscard]] Result<ImageRecord> record_of(std::string_view image_id) const;

  EnsSettings settings_;
  mutable ImageRecords records_;
  mutable RpcClient client_;
};

}  // namespace ferry
