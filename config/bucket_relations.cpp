// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What no single key can show of the buckets of a cluster file.
#include <map>
#include <set>

#include "base/upload_limits.hpp"
#include "config/endpoint.hpp"
#include "config/problems.hpp"

namespace ferry {
namespace {

/// Of a bucket in the file: [bucket] has no number.
std::string path_of(std::size_t index, std::string_view key) {
  const auto table = index == 0 ? std::string{"bucket"} : "buckets." + std::to_string(index - 1);
  return table + '.' + std::string{key};
}

std::string place_of(const BucketConfig& bucket) {
  return bucket.kind == "folder" ? bucket.path : bucket.bucket + " at " + bucket.endpoint;
}

void check_store(const ClusterConfig& config, const BucketConfig& bucket, std::size_t index,
                 Problems& problems) {
  const auto url = parse_service_url(bucket.endpoint);
  if (!url || bucket.kind == "folder") return;
  if (bucket.addressing == "virtual" && url->is_address) {
    problems.add(problems.at(path_of(index, "endpoint")),
                 {Errc::config_conflict,
                  "addressing is virtual, and no name of a bucket can stand before the address " +
                      url->place,
                  "add addressing = \"path\""});
  }
  if (config.image.part_bytes < limits::store_part_bytes_min) {
    problems.add(problems.at("image.part_size"),
                 {Errc::config_conflict,
                  "part_size is " + std::to_string(config.image.part_bytes) +
                      " bytes, and a bucket of kind " + bucket.kind + " takes parts from 5 MiB",
                  "write part_size = \"5 MiB\" or more"});
  }
}

/// Jobs choose a bucket by its name, and what lies in one place must not be found as two things.
void check_distinct(const ClusterConfig& config, Problems& problems) {
  std::set<std::string> names;
  std::map<std::string, std::string> places;
  std::size_t index = 0;
  for (const auto* bucket : all_buckets(config)) {
    if (!bucket->name.empty() && !names.insert(bucket->name).second) {
      problems.add(problems.at(path_of(index, "name")),
                   {Errc::config_conflict, "two buckets are named '" + bucket->name + "'",
                    "give each bucket its own name; [bucket] without one is named default"});
    }
    const auto [other, is_new] = places.try_emplace(place_of(*bucket), bucket->name);
    if (!is_new) {
      problems.add(
          problems.at(path_of(index, bucket->kind == "folder" ? "path" : "bucket")),
          {Errc::config_conflict,
           "bucket " + bucket->name + " is the same as " + other->second + ": " + place_of(*bucket),
           "name another one, or leave it out"});
    }
    ++index;
  }
}

/// [credentials] tells one key, which is of one cloud.
void check_clouds(const ClusterConfig& config, Problems& problems) {
  std::string cloud;
  std::size_t index = 0;
  for (const auto* bucket : all_buckets(config)) {
    const auto at = index++;
    if (bucket->kind == "folder") continue;
    if (cloud.empty()) cloud = bucket->kind;
    if (bucket->kind == cloud) continue;
    problems.add(problems.at(path_of(at, "kind")),
                 {Errc::config_conflict,
                  "bucket " + bucket->name + " is of kind " + bucket->kind +
                      " and another one of kind " + cloud + ", but a cluster has one access key",
                  "use buckets of one cloud"});
  }
}

void check_credentials(const ClusterConfig& config, const BucketConfig& bucket,
                       Problems& problems) {
  if (bucket.kind != "s3") return;
  if (config.ecs_import.kind == "ecs") {
    problems.add(problems.at("ecs_import.kind"),
                 {Errc::config_conflict,
                  "instances of ECS are asked for with the cluster's access key, which is that of "
                  "the bucket of kind s3",
                  "use a bucket of kind oss or folder, or leave [ecs_import] out"});
  }
  if (config.credentials.source != "instance") return;
  problems.add(problems.at("credentials.source"),
               {Errc::config_conflict,
                "the keys of an ECS instance's role are for OSS, and the bucket is of kind s3",
                "write source = \"profile\" or \"environment\""});
}

void check_registry(const ClusterConfig& config, const BucketConfig& bucket, std::size_t index,
                    Problems& problems) {
  if (config.registry.kind != "ens" || bucket.kind == "oss") return;
  const auto further = index == 0 ? "[bucket]" : "[[buckets]] " + bucket.name;
  problems.add(problems.at("registry.kind"),
               {Errc::config_conflict,
                "ENS takes images out of OSS, and the bucket is of kind " + bucket.kind,
                "write kind = \"oss\" in " + further + ", or kind = \"folder\" here"});
}

}  // namespace

void check_buckets(const ClusterConfig& config, Problems& problems) {
  std::size_t index = 0;
  for (const auto* bucket : all_buckets(config)) {
    check_store(config, *bucket, index, problems);
    check_credentials(config, *bucket, problems);
    check_registry(config, *bucket, index, problems);
    ++index;
  }
  check_distinct(config, problems);
  check_clouds(config, problems);
}

}  // namespace ferry
