// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry bucket check`: whether jobs will be able to do with the bucket what they need.
#include "apps/bucket_opener.hpp"
#include "apps/commands.hpp"
#include "apps/output.hpp"
#include "cloud/bucket_check.hpp"

namespace ferry {
namespace {

struct BucketView {
  std::string kind;
  std::string place;
  std::vector<std::string> fine;
  FERRY_FIELDS(kind, place, fine)
};

std::string place_of(const BucketConfig& config) {
  return config.kind == "folder" ? config.path : config.bucket + " at " + config.endpoint;
}

}  // namespace

int bucket_check(const ClusterConfig& config, bool json) {
  auto bucket = BucketOpener{config}();
  if (!bucket) return print_error(bucket.error(), json);
  const auto check = check_bucket(**bucket);
  if (!json) {
    for (const auto& what : check.fine) std::printf("works: %s\n", what.c_str());
  }
  if (!check.failed.empty()) {
    if (!json) std::printf("fails: %s\n", check.failed.c_str());
    return print_error(check.error, json);
  }
  if (json) return print_json(BucketView{config.bucket.kind, place_of(config.bucket), check.fine});
  std::printf("the bucket %s can be used\n", place_of(config.bucket).c_str());
  return exit_ok;
}

}  // namespace ferry
