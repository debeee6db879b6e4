// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/oss_service.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <pugixml.hpp>
#include <sstream>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cloud/signing/mac.hpp"
#include "tests/cloud_emulator/header_fields.hpp"
#include "tests/cloud_emulator/oss_operations.hpp"

namespace ferry::emulator {
namespace {

tl::unexpected<Refusal> wrong_oss_signature() {
  return refuse(403, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. "
                "Check your key and signing method.");
}

Outcome<> check_oss_time(std::string_view text, const char* format) {
  std::tm utc{};
  const std::string copy{text};
  if (copy.empty() || ::strptime(copy.c_str(), format, &utc) == nullptr) {
    return refuse(403, "AccessDenied", "OSS authentication requires a valid Date.");
  }
  if (std::abs(static_cast<std::int64_t>(::timegm(&utc)) * 1000 - wall_ms()) > skew_ms_max) {
    return refuse(403, "RequestTimeTooSkewed",
                  "The difference between the request time and the current time is too large.");
  }
  return {};
}

/// The parts of "ID/20231216/cn-hangzhou/oss/aliyun_v4_request".
std::vector<std::string> scope_of(const HttpRequest& http) {
  std::vector<std::string> parts;
  std::istringstream credential{field_of(http.header("authorization"), "Credential=")};
  for (std::string part; std::getline(credential, part, '/');) parts.push_back(part);
  return parts;
}

struct Host {
  std::string bucket;
  std::string region;
};
/// Of "BUCKET.oss-REGION.aliyuncs.com" or "oss-REGION-internal.aliyuncs.com"; of others nothing.
Host host_of(const std::string& name) {
  constexpr std::string_view mark = "oss-";
  constexpr std::string_view internal = "-internal";
  const auto dot = name.starts_with(mark) ? 0 : name.find(".oss-");
  if (dot == std::string::npos) return {};
  Host host{name.substr(0, dot), name.substr(dot + mark.size() + (dot == 0 ? 0 : 1))};
  host.region.resize(std::min(host.region.find('.'), host.region.size()));
  if (host.region.ends_with(internal)) host.region.resize(host.region.size() - internal.size());
  return host;
}

bool is_v4(const HttpRequest& http) {
  return http.header("authorization").starts_with(oss_v4().algorithm);
}

}  // namespace

bool OssService::Request::has(std::string_view name) const {
  return std::ranges::find(http.query, name, &NameValue::name) != http.query.end();
}

std::string OssService::Request::parameter(std::string_view name) const {
  const auto found = std::ranges::find(http.query, name, &NameValue::name);
  return found == http.query.end() ? std::string{} : found->value;
}

OssService::Request OssService::read(const HttpRequest& http) const {
  auto host = host_of(http.host);
  Request request{http, {}, std::move(host.region)};
  const auto path = http.path.substr(std::min<std::size_t>(1, http.path.size()));
  if (!host.bucket.empty()) {
    request.target = {std::move(host.bucket), path};
  } else if (const auto slash = path.find('/'); slash == std::string::npos) {
    request.target.bucket = path;
  } else {
    request.target = {path.substr(0, slash), path.substr(slash + 1)};
  }
  if (const auto scope = scope_of(http); request.region.empty() && scope.size() > 2) {
    request.region = scope[2];
  }
  return request;
}

Answer OssService::refusal(const Request& request, const Refusal& why) {
  constexpr auto code = "0000-00000000";  // the real one has a number for each reason
  Answer answer;
  const auto id = request_id();
  pugi::xml_document xml;
  auto error = xml.append_child("Error");
  for (const auto& [name, value] : std::vector<NameValue>{
           {"Code", why.code},
           {"Message", why.message},
           {"RequestId", id},
           {"HostId", request.http.host},
           {"BucketName", request.target.bucket},
           {"EC", code},
           {"RecommendDoc", "https://api.aliyun.com/troubleshoot?q=" + std::string{code}}}) {
    error.append_child(name.c_str()).text().set(value.c_str());
  }
  answer.body = xml_text(xml);
  answer.status = why.status;
  answer.refused = why.code;
  answer.content_type = "application/xml";
  answer.headers = {{"x-oss-request-id", id}, {"x-oss-ec", code}, {"Server", "AliyunOSS"}};
  if (request.http.method == "HEAD") {
    answer.headers.push_back({"x-oss-err", to_base64(answer.body)});
    answer.body.clear();
  }
  return answer;
}

Answer OssService::answer(const Request& request) {
  auto allowed = verify(request);
  if (allowed) allowed = check_region(request);
  if (!allowed) return refusal(request, allowed.error());
  const auto* operation = find_operation(request);
  if (operation == nullptr) {
    return refusal(request, {405, "MethodNotAllowed",
                             "The specified method is not allowed against this resource."});
  }
  auto done = operation->act(store_, request, request.region.empty() ? region_ : request.region);
  if (!done) return refusal(request, done.error());
  done->headers.push_back({"x-oss-request-id", request_id()});
  done->headers.push_back({"x-oss-server-time", "1"});
  done->headers.push_back({"Server", "AliyunOSS"});
  return *done;
}

std::string OssService::operation_of(const Request& request) {
  const auto* operation = find_operation(request);
  return operation == nullptr ? std::string{} : operation->name;
}

Outcome<> OssService::check_region(const Request& request) const {
  if (request.target.bucket.empty() || request.region.empty()) return {};
  const auto bucket = store_.bucket(request.target.bucket);
  if (!bucket || bucket->region == request.region) return {};
  return refuse(403, "AccessDenied",
                "The bucket you are attempting to access must be addressed using the specified "
                "endpoint. Please send all future requests to this endpoint.");
}

Outcome<AccessKey> OssService::key_of(const Request& request, const std::string& id) const {
  const auto known = keys_.find(id);
  if (!known) {
    return refuse(403, "InvalidAccessKeyId",
                  "The OSS Access Key Id you provided does not exist in our records.");
  }
  if (request.http.header("x-oss-security-token") != known->key.session_token) {
    return refuse(403, "InvalidSecurityToken", "The security token you provided is invalid.");
  }
  if (known->has_ended) {
    return refuse(403, "SecurityTokenExpired", "The security token you provided has expired.");
  }
  return known->key;
}

Outcome<> OssService::verify(const Request& request) const {
  const auto authorization = request.http.header("authorization");
  if (is_v4(request.http)) return verify_v4(request);
  if (authorization.starts_with("OSS ")) return verify_v1(request);
  return refuse(403, "AccessDenied",
                "You have no right to access this object because of bucket acl.");
}

Outcome<> OssService::verify_v1(const Request& request) const {
  const auto words = request.http.header("authorization").substr(4);
  const auto colon = words.find(':');
  const auto key = key_of(request, std::string{words.substr(0, colon)});
  if (!key) return refuse(key.error());
  const auto own_date = request.http.header("x-oss-date");
  if (auto good = check_oss_time(own_date.empty() ? request.http.header("date") : own_date,
                                 "%a, %d %b %Y %H:%M:%S GMT");
      !good) {
    return good;
  }
  const auto claimed = colon == std::string_view::npos ? "" : words.substr(colon + 1);
  if (same_signature(claimed, oss_v1_signature(request.http, request.target, key->secret))) {
    return {};
  }
  return wrong_oss_signature();
}

Outcome<> OssService::verify_v4(const Request& request) const {
  const auto authorization = request.http.header("authorization");
  const auto scope = scope_of(request.http);
  const auto key = key_of(request, scope.empty() ? "" : scope[0]);
  if (!key) return refuse(key.error());
  const auto date = request.http.header("x-oss-date");
  if (auto good = check_oss_time(date, "%Y%m%dT%H%M%SZ"); !good) return good;
  if (scope.size() != 5 || scope[1] != date.substr(0, 8) || scope[3] != oss_v4().service ||
      scope[4] != oss_v4().terminator) {
    return refuse(400, "InvalidArgument", "Invalid signing scope in Authorization header.");
  }
  const auto names = split_names(field_of(authorization, "AdditionalHeaders="));
  if (same_signature(
          field_of(authorization, "Signature="),
          v4_signature(oss_v4(), request.http, request.target, names, scope[2], key->secret))) {
    return {};
  }
  return wrong_oss_signature();
}

}  // namespace ferry::emulator
