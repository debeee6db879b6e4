// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/buckets.hpp"

#include "base/text.hpp"

namespace ferry {

Result<const BucketConfig*> bucket_named(const ClusterConfig& config, std::string_view name) {
  if (const auto* bucket = find_bucket(config, name)) return bucket;
  constexpr std::size_t told_max = 60;  // bytes of a name that nobody has checked
  std::string known;
  for (const auto* bucket : all_buckets(config)) {
    known += (known.empty() ? "" : ", ") + bucket->name;
  }
  return fail(Errc::invalid_argument,
              "this cluster has no bucket '" + escaped(std::string{name.substr(0, told_max)}) +
                  "'; it has " + known,
              "name one of these, or add a [[buckets]] of this name to the cluster file");
}

}  // namespace ferry
