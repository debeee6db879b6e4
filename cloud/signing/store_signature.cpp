// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/signing/store_signature.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry {
namespace {

// The parameters that OSS version 1 signs; others, such as prefix, it doesn't.
constexpr std::array sub_resources =
    std::to_array<std::string_view>({"acl",
                                     "uploads",
                                     "location",
                                     "cors",
                                     "logging",
                                     "website",
                                     "referer",
                                     "lifecycle",
                                     "delete",
                                     "append",
                                     "tagging",
                                     "objectMeta",
                                     "uploadId",
                                     "partNumber",
                                     "security-token",
                                     "position",
                                     "response-content-type",
                                     "response-content-language",
                                     "response-expires",
                                     "response-cache-control",
                                     "response-content-disposition",
                                     "response-content-encoding",
                                     "restore",
                                     "callback",
                                     "callback-var",
                                     "versions",
                                     "versioning",
                                     "versionId",
                                     "policy",
                                     "requestPayment",
                                     "encryption",
                                     "inventory",
                                     "inventoryId",
                                     "continuation-token",
                                     "bucketInfo",
                                     "stat",
                                     "qos",
                                     "img",
                                     "style",
                                     "symlink",
                                     "live",
                                     "status",
                                     "comp",
                                     "vod",
                                     "startTime",
                                     "endTime",
                                     "worm",
                                     "wormId",
                                     "wormExtend",
                                     "replication",
                                     "replicationLocation",
                                     "replicationProgress",
                                     "transferAcceleration",
                                     "cname",
                                     "metaQuery",
                                     "resourceGroup"});

bool is_sub_resource(std::string_view name) {
  return name.starts_with("x-oss-") ||
         std::ranges::find(sub_resources, name) != sub_resources.end();
}

std::string resource_of(const HttpRequest& request, const StoreTarget& target) {
  std::string resource = "/";
  if (!target.bucket.empty()) resource += target.bucket + '/' + target.key;
  std::vector<NameValue> named;
  std::ranges::copy_if(request.query, std::back_inserter(named),
                       [](const NameValue& one) { return is_sub_resource(one.name); });
  std::ranges::sort(named);
  char before = '?';
  for (const auto& [name, value] : named) {
    resource += before + name;
    if (!value.empty()) resource += '=' + value;
    before = '&';
  }
  return resource;
}

/// The headers that belong to OSS version 4 without being named.
bool is_signed_by_oss(std::string_view name) {
  return name == "content-type" || name == "content-md5" || name.starts_with("x-oss-");
}

constexpr V4Dialect s3{.algorithm = "AWS4-HMAC-SHA256",
                       .key_prefix = "AWS4",
                       .service = "s3",
                       .terminator = "aws4_request",
                       .header_prefix = "x-amz-"};
constexpr V4Dialect oss{.algorithm = "OSS4-HMAC-SHA256",
                        .key_prefix = "aliyun_v4",
                        .service = "oss",
                        .terminator = "aliyun_v4_request",
                        .header_prefix = "x-oss-"};

std::string_view own_header(const V4Dialect& dialect, const HttpRequest& request,
                            std::string_view name) {
  return request.header(std::string{dialect.header_prefix} + std::string{name});
}

/// "20231216/cn-hangzhou/oss/aliyun_v4_request"
std::string scope_of(const V4Dialect& dialect, std::string_view date, std::string_view region) {
  std::string scope{date.substr(0, 8)};
  for (const auto part : {region, dialect.service, dialect.terminator}) {
    scope += '/';
    scope += part;
  }
  return scope;
}

std::string canonical_v4(const V4Dialect& dialect, const HttpRequest& request,
                         const StoreTarget& target, std::span<const std::string> names) {
  CanonicalParts parts{.method = request.method,
                       .path = percent_encoded_path(request.path),
                       .query = {},
                       .headers = {},
                       .header_names = name_list(names),
                       .payload = std::string{own_header(dialect, request, "content-sha256")}};
  if (&dialect == &s3) {
    parts.query = canonical_query(request.query, EmptyValue::with_sign);
    parts.headers = canonical_headers(request, names);
    return canonical_request(parts);
  }
  parts.path = "/";
  if (!target.bucket.empty()) {
    parts.path += percent_encoded(target.bucket) + '/' + percent_encoded_path(target.key);
  }
  parts.query = canonical_query(request.query, EmptyValue::bare);
  const auto all = header_names(request, [&](std::string_view name) {
    return is_signed_by_oss(name) || std::ranges::find(names, name) != names.end();
  });
  parts.headers = canonical_headers(request, all);
  return canonical_request(parts);
}

/// "20231216T162057Z"
std::string compact_time(std::int64_t unix_seconds) {
  const std::time_t seconds = unix_seconds;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 24> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &utc);
  return {text.data(), size};
}

}  // namespace

const V4Dialect& s3_v4() { return s3; }
const V4Dialect& oss_v4() { return oss; }

std::string oss_v1_signature(const HttpRequest& request, const StoreTarget& target,
                             std::string_view secret) {
  const auto own_date = request.header("x-oss-date");
  std::string text = request.method;
  for (const auto line : {request.header("content-md5"), request.header("content-type"),
                          own_date.empty() ? request.header("date") : own_date}) {
    text += '\n';
    text += line;
  }
  const auto own =
      header_names(request, [](std::string_view name) { return name.starts_with("x-oss-"); });
  text += '\n' + canonical_headers(request, own) + resource_of(request, target);
  return to_base64(hmac_sha1(secret, text));
}

void sign_oss_v1(HttpRequest& request, const StoreTarget& target, const AccessKey& key) {
  if (!key.session_token.empty()) {
    request.headers.push_back({"x-oss-security-token", key.session_token});
  }
  request.headers.push_back(
      {"authorization", "OSS " + key.id + ':' + oss_v1_signature(request, target, key.secret)});
}

std::string v4_signature(const V4Dialect& dialect, const HttpRequest& request,
                         const StoreTarget& target, std::span<const std::string> names,
                         std::string_view region, std::string_view secret) {
  const std::string date{own_header(dialect, request, "date")};
  const auto text = std::string{dialect.algorithm} + '\n' + date + '\n' +
                    scope_of(dialect, date, region) + '\n' +
                    hex_sha256(canonical_v4(dialect, request, target, names));
  auto key = std::string{dialect.key_prefix} + std::string{secret};
  for (const auto part :
       {std::string_view{date}.substr(0, 8), region, dialect.service, dialect.terminator}) {
    key = hmac_sha256(key, part);
  }
  return to_hex(hmac_sha256(key, text));
}

void sign_v4(const V4Dialect& dialect, HttpRequest& request, const StoreTarget& target,
             std::string_view region, const AccessKey& key, std::int64_t unix_seconds) {
  const bool is_s3 = &dialect == &s3;
  const auto give = [&](std::string_view name, std::string value) {
    request.headers.push_back(
        {std::string{dialect.header_prefix} + std::string{name}, std::move(value)});
  };
  const auto date = compact_time(unix_seconds);
  give("date", date);
  give("content-sha256", is_s3 ? hex_sha256(request.body) : "UNSIGNED-PAYLOAD");
  if (!key.session_token.empty()) give("security-token", key.session_token);
  const auto names =
      header_names(request, [&](std::string_view name) { return is_s3 || name == "host"; });
  const auto signature = v4_signature(dialect, request, target, names, region, key.secret);
  request.headers.push_back(
      {"authorization", std::string{dialect.algorithm} + " Credential=" + key.id + '/' +
                            scope_of(dialect, date, region) +
                            (is_s3 ? ",SignedHeaders=" : ",AdditionalHeaders=") + name_list(names) +
                            ",Signature=" + signature});
}

}  // namespace ferry
