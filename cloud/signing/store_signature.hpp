// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Signatures of object stores: OSS version 1, and version 4 as OSS and as S3 have it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cloud/http/http_request.hpp"

namespace ferry {

/// What a signature is of besides the request: the bucket may be in the host's name, where only
/// the store knows it. The key is decoded and has no leading slash; both may be empty.
struct StoreTarget {
  std::string bucket;
  std::string key;
};

/// OSS version 1 (HMAC-SHA1), in base64: of method, content-md5, content-type, date, all x-oss
/// headers, bucket, key, and those parameters that name a part of a resource.
[[nodiscard]] std::string oss_v1_signature(const HttpRequest& request, const StoreTarget& target,
                                           std::string_view secret);
/// Gives a request its "authorization" of version 1. It has a date, or x-oss-date.
void sign_oss_v1(HttpRequest& request, const StoreTarget& target, const AccessKey& key);

/// How one store speaks version 4.
struct V4Dialect {
  std::string_view algorithm;      // "AWS4-HMAC-SHA256"
  std::string_view key_prefix;     // before the secret: "AWS4"
  std::string_view service;        // "s3"
  std::string_view terminator;     // "aws4_request"
  std::string_view header_prefix;  // "x-amz-"
};
[[nodiscard]] const V4Dialect& s3_v4();
[[nodiscard]] const V4Dialect& oss_v4();

/// Version 4, in hex. `names` are headers, in lower case and ascending: for S3 all that are
/// signed, for OSS those besides content-type, content-md5 and x-oss. The request has the headers
/// "date" and "content-sha256" with the dialect's prefix. Region as "cn-beijing".
[[nodiscard]] std::string v4_signature(const V4Dialect& dialect, const HttpRequest& request,
                                       const StoreTarget& target,
                                       std::span<const std::string> names, std::string_view region,
                                       std::string_view secret);

/// Gives a request its headers date, content-sha256 (UNSIGNED-PAYLOAD for OSS, where nothing else
/// is known; for S3 the digest of the body), security-token if the key has one, and authorization.
/// For S3 host and all headers are signed, for OSS host besides its own.
void sign_v4(const V4Dialect& dialect, HttpRequest& request, const StoreTarget& target,
             std::string_view region, const AccessKey& key, std::int64_t unix_seconds);

}  // namespace ferry
