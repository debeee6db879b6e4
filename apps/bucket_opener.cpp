// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/bucket_opener.hpp"

#include <algorithm>

#include "cloud/folder_bucket.hpp"
#include "cloud/store/store_bucket.hpp"
#include "config/buckets.hpp"
#include "config/endpoint.hpp"

namespace ferry {
namespace {

Result<StoreSettings> store_settings(const BucketConfig& config) {
  auto url = parse_service_url(config.endpoint);
  if (!url) return fail(url.error());
  StoreSettings settings;
  settings.kind = config.kind == "oss" ? StoreKind::oss : StoreKind::s3;
  settings.host = std::move(url->place);
  settings.region = config.region;
  settings.bucket = config.bucket;
  settings.path_style = config.addressing == "path";
  settings.oss_v1 = config.signature == "v1";
  settings.endpoint.scheme = std::move(url->scheme);
  settings.endpoint.ca_file = config.ca_file;
  settings.endpoint.proxy = config.proxy;
  return settings;
}

CredentialSettings credential_settings(const ClusterConfig& config) {
  const auto& from = config.credentials;
  CredentialSettings settings;
  // Buckets are of one cloud; with folders the keys are for ECS alone.
  const auto all = all_buckets(config);
  const bool is_aws = std::ranges::any_of(all, [](const auto* one) { return one->kind == "s3"; });
  settings.cloud = is_aws ? Cloud::aws : Cloud::alibaba;
  settings.file = from.file;
  settings.profile = from.profile;
  if (from.source == "profile") settings.source = KeySource::profile;
  if (const auto url = parse_service_url(from.metadata); url && from.source == "instance") {
    settings.source = KeySource::instance;
    settings.instance = {url->scheme, url->place, from.role};
  }
  return settings;
}

}  // namespace

BucketOpener::BucketOpener(const ClusterConfig& config)
    : config_(std::make_shared<const ClusterConfig>(config)),
      credentials_(std::make_shared<Credentials>(credential_settings(config))) {}

Result<std::shared_ptr<Bucket>> BucketOpener::operator()(const std::string& name,
                                                         const std::stop_token& stop) const {
  const auto config = bucket_named(*config_, name);
  if (!config) return fail(config.error());
  if ((*config)->kind == "folder") {
    auto bucket = FolderBucket::open((*config)->path);
    if (!bucket) return fail(bucket.error());
    return std::make_shared<FolderBucket>(std::move(*bucket));
  }
  auto settings = store_settings(**config);
  if (!settings) return fail(settings.error());
  settings->key = [credentials = credentials_] { return credentials->current(); };
  settings->stop = stop;
  auto bucket = std::make_shared<StoreBucket>(std::move(*settings));
  if (auto asked = bucket->list_uploads("edgeferry-check/"); !asked) return fail(asked.error());
  return bucket;
}

}  // namespace ferry
