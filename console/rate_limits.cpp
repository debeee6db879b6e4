// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/rate_limits.hpp"

#include <algorithm>
#include <cmath>

#include "base/limits.hpp"

namespace ferry {

std::int64_t RateLimit::take(const std::string& client, std::int64_t steady_ms) {
  const std::lock_guard lock{mutex_};
  auto& bucket = filled(client, steady_ms);
  const auto missing = missing_ms(bucket);
  if (missing == 0) bucket.tokens -= 1;
  return missing;
}

std::int64_t RateLimit::wait(const std::string& client, std::int64_t steady_ms) {
  const std::lock_guard lock{mutex_};
  return missing_ms(filled(client, steady_ms));
}

RateLimit::Bucket& RateLimit::filled(const std::string& client, std::int64_t steady_ms) {
  const auto known = buckets_.find(client);
  if (known == buckets_.end()) {
    if (buckets_.size() >= limits::clients_remembered_max) {
      buckets_.erase(std::ranges::min_element(
          buckets_, {}, [](const auto& entry) { return entry.second.filled_ms; }));
    }
    return buckets_[client] = {burst_, steady_ms};
  }
  auto& bucket = known->second;
  const auto passed = static_cast<double>(steady_ms - bucket.filled_ms);
  bucket = {std::min(burst_, bucket.tokens + passed * per_ms_), steady_ms};
  return bucket;
}

std::int64_t RateLimit::missing_ms(const Bucket& bucket) const {
  return bucket.tokens >= 1 ? 0
                            : static_cast<std::int64_t>(std::ceil((1 - bucket.tokens) / per_ms_));
}

}  // namespace ferry
