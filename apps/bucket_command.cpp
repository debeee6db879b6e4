// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry bucket list` and `edgeferry bucket check`: which buckets jobs may choose, and whether
// they will be able to do with one what they need.
#include "apps/bucket_opener.hpp"
#include "apps/commands.hpp"
#include "apps/output.hpp"
#include "cloud/bucket_check.hpp"
#include "config/buckets.hpp"

namespace ferry {
namespace {

struct BucketView {
  std::string name;
  std::string kind;
  std::string place;
  std::vector<std::string> fine;
  FERRY_FIELDS(name, kind, place, fine)
};

struct BucketLine {
  std::string name;
  std::string kind;
  std::string region;
  std::string place;
  FERRY_FIELDS(name, kind, region, place)
};
struct BucketLines {
  std::vector<BucketLine> buckets;
  FERRY_FIELDS(buckets)
};

std::string place_of(const BucketConfig& config) {
  return config.kind == "folder" ? config.path : config.bucket + " at " + config.endpoint;
}

}  // namespace

int bucket_list(const ClusterConfig& config, bool json) {
  BucketLines lines;
  for (const auto* bucket : all_buckets(config)) {
    lines.buckets.push_back({bucket->name, bucket->kind, bucket->region, place_of(*bucket)});
  }
  if (json) return print_json(lines);
  for (const auto& line : lines.buckets) {
    std::printf("%-20s %-8s %-16s %s\n", line.name.c_str(), line.kind.c_str(),
                line.region.empty() ? "-" : line.region.c_str(), line.place.c_str());
  }
  return exit_ok;
}

int bucket_check(const ClusterConfig& config, const std::string& name, bool json) {
  const auto named = bucket_named(config, name);
  if (!named) return print_error(named.error(), json);
  const auto& checked = **named;
  auto bucket = BucketOpener{config}(name);
  if (!bucket) return print_error(bucket.error(), json);
  const auto check = check_bucket(**bucket);
  if (!json) {
    for (const auto& what : check.fine) std::printf("works: %s\n", what.c_str());
  }
  if (!check.failed.empty()) {
    if (!json) std::printf("fails: %s\n", check.failed.c_str());
    return print_error(check.error, json);
  }
  if (json)
    return print_json(BucketView{checked.name, checked.kind, place_of(checked), check.fine});
  std::printf("the bucket %s can be used\n", place_of(checked).c_str());
  return exit_ok;
}

}  // namespace ferry
