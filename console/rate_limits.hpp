// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How often a client may ask, and how often it may fail to log in. What is remembered is bounded:
// of too many clients, the one is forgotten that has waited longest.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace ferry {

/// A bucket of tokens for each client. Any thread may call.
class RateLimit {
 public:
  RateLimit(double per_second, double burst) : per_ms_(per_second / 1000), burst_(burst) {}

  /// Takes a token; returns 0, or the milliseconds until there is one again.
  [[nodiscard]] std::int64_t take(const std::string& client, std::int64_t steady_ms);
  /// The same without taking it.
  [[nodiscard]] std::int64_t wait(const std::string& client, std::int64_t steady_ms);

 private:
  struct Bucket {
    double tokens = 0;
    std::int64_t filled_ms = 0;
  };
  [[nodiscard]] Bucket& filled(const std::string& client, std::int64_t steady_ms);
  [[nodiscard]] std::int64_t missing_ms(const Bucket& bucket) const;

  const double per_ms_;
  const double burst_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace ferry
