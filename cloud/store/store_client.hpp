// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One object store of the network, OSS or S3: requests are signed, sent, tried again where that may
// help, and refusals become errors with the store's own words.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/http/http_client.hpp"

namespace ferry {

enum class StoreKind { oss, s3 };

struct StoreSettings {
  StoreKind kind = StoreKind::oss;
  std::string host;         // "oss-cn-beijing.aliyuncs.com", with its port if it has one
  std::string region;       // "cn-beijing"
  std::string bucket;       // 3 to 63 lower-case letters, digits and hyphens
  bool path_style = false;  // the bucket is in the path, not in the host's name
  bool oss_v1 = false;      // requests to OSS are signed by version 1
  /// Asked before each request, so that a temporary key may be renewed.
  std::function<Result<AccessKey>()> key;
  HttpEndpoint endpoint = {};
  std::stop_token stop = {};  // ends what is under way, as canceled
};

struct StoreCall {
  std::string method = "GET";
  std::string key = {};  // empty: about the bucket
  std::vector<NameValue> query = {};
  std::vector<NameValue> headers = {};  // names in lower case
  std::string body = {};
  std::size_t answer_bytes_max = 4 * limits::mib;
};

/// Calls block. Any thread may call; one call goes out at a time.
class StoreClient {
 public:
  explicit StoreClient(StoreSettings settings);

  /// Returns an answer of status 2xx. What may pass by itself (5xx, no connection, too many
  /// requests, a body that was damaged on its way) is tried `attempts_max` times. Errors: those of
  /// store_refusal and of the key, tls_refused, limit_exceeded.
  [[nodiscard]] Result<HttpResponse> call(const StoreCall& call) const;

  [[nodiscard]] const StoreSettings& settings() const { return settings_; }
  /// "x-oss-meta-sha256" for "meta-sha256".
  [[nodiscard]] std::string own_header(std::string_view name) const;

 private:
  [[nodiscard]] HttpRequest signed_request(const StoreCall& call, const AccessKey& key) const;
  /// One attempt.
  [[nodiscard]] Result<HttpResponse> exchange(const StoreCall& call) const;
  [[nodiscard]] Error refusal(const StoreCall& call, const HttpResponse& response) const;

  StoreSettings settings_;
  mutable std::mutex mutex_;
  mutable HttpClient http_;
};

}  // namespace ferry
