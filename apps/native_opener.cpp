// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/native_opener.hpp"

#include "apps/machines_opener.hpp"
#include "cloud/alibaba/ecs_images.hpp"
#include "cloud/alibaba/ecs_machines.hpp"
#include "config/buckets.hpp"

namespace ferry {

Result<std::shared_ptr<NativeExporter>> NativeOpener::operator()(
    const std::string& name, const std::stop_token& stop) const {
  auto ecs = machines_service(config_, open_bucket_.credentials(), "ECS", ecs_version,
                              config_.machines.endpoint);
  if (!ecs) return fail(ecs.error());
  const auto into = bucket_named(config_, name);
  if (!into) return fail(into.error());
  auto bucket = open_bucket_(name, stop);
  if (!bucket) return fail(bucket.error());
  return std::make_shared<EcsImages>(EcsImageSettings{.ecs = std::move(*ecs),
                                                      .region = config_.machines.region,
                                                      .bucket = (*into)->bucket,
                                                      .bucket_region = (*into)->region},
                                     std::move(*bucket));
}

}  // namespace ferry
