// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/registry_opener.hpp"

#include "cloud/alibaba/ens_registry.hpp"
#include "config/buckets.hpp"
#include "config/endpoint.hpp"

namespace ferry {
namespace {

RegistryLimits limits_of(const ClusterConfig& config) {
  RegistryLimits limits;
  limits.image_bytes_max = config.limits.image_max_bytes;
  limits.data_disks_max = config.limits.data_disks_max;
  return limits;
}

}  // namespace

Result<std::shared_ptr<EnsRegistry>> RegistryOpener::operator()(const std::string& name) const {
  if (config_.registry.kind == "folder") {
    auto registry = FolderRegistry::open(config_.registry.path, limits_of(config_));
    if (!registry) return fail(registry.error());
    return std::make_shared<FolderRegistry>(std::move(*registry));
  }
  const auto url = parse_service_url(config_.registry.endpoint);
  if (!url) return fail(url.error());
  const auto from = bucket_named(config_, name);
  if (!from) return fail(from.error());
  auto bucket = open_bucket_(name);
  if (!bucket) return fail(bucket.error());
  EnsSettings settings;
  settings.service = {
      .name = "ENS",
      .host = url->place,
      .version = std::string{ens_version},
      .endpoint = {.scheme = url->scheme, .ca_file = (*from)->ca_file, .proxy = (*from)->proxy},
      .access_key = [keys = open_bucket_.credentials()] { return keys->current(); }};
  settings.bucket = (*from)->bucket;
  settings.bucket_region = (*from)->region;
  settings.limits = limits_of(config_);
  return std::make_shared<EnsServiceRegistry>(std::move(settings), std::move(*bucket));
}

Result<FolderRegistry> open_local_registry(const ClusterConfig& config) {
  if (config.registry.kind == "folder") return FolderRegistry::open(config.registry.path);
  return fail(Errc::invalid_argument, "the images of this cluster are in ENS, not on this machine",
              "look at them in the ENS console, or give image files instead of an id");
}

}  // namespace ferry
