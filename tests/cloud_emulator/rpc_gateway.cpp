// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/rpc_gateway.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "base/clock.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"
#include "cloud/signing/rpc_signature.hpp"
#include "tests/cloud/received_request.hpp"
#include "tests/cloud_emulator/header_fields.hpp"

namespace ferry::emulator {
namespace {

std::vector<NameValue> all_parameters(const HttpRequest& request) {
  auto all = request.query;
  if (request.header("content-type").starts_with("application/x-www-form-urlencoded")) {
    for (auto& one : test::form_parameters(request.body)) all.push_back(std::move(one));
  }
  return all;
}

tl::unexpected<Refusal> wrong_rpc_signature() {
  return refuse(400, "SignatureDoesNotMatch",
                "Specified signature is not matched with our calculation.");
}

Outcome<> check_rpc_time(const std::string& text, const char* name) {
  if (text.empty()) {
    return refuse(400, std::string{"Missing"} + name,
                  std::string{name} + " is mandatory for this action.");
  }
  std::tm utc{};
  const auto* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  if (end == nullptr || *end != '\0') {
    return refuse(400, "InvalidTimeStamp.Format",
                  "Specified time stamp or date value is not well formatted.");
  }
  if (std::abs(static_cast<std::int64_t>(::timegm(&utc)) * 1000 - wall_ms()) > skew_ms_max) {
    return refuse(400, "InvalidTimeStamp.Expired",
                  "Specified time stamp or date value is expired.");
  }
  return {};
}

}  // namespace

bool is_rpc(const HttpRequest& request) {
  if (!request.header("x-acs-version").empty() || !request.header("x-acs-action").empty()) {
    return true;
  }
  return request.path == "/" && Parameters{all_parameters(request)}.has("Action");
}

std::string service_of(const Call& call) {
  if (call.version == "2014-05-26") return "ecs";
  if (call.version == "2016-04-28") return "vpc";
  if (call.version == "2017-11-10") return "ens";
  return {};
}

Call read_call(const HttpRequest& request) {
  Call call;
  call.parameters = Parameters{all_parameters(request)};
  call.host = request.host;
  call.action = request.header("x-acs-action");
  call.version = request.header("x-acs-version");
  if (call.action.empty()) call.action = call.parameters.text("Action");
  if (call.version.empty()) call.version = call.parameters.text("Version");
  auto format = call.parameters.text("Format");
  std::ranges::transform(format, format.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (!format.empty()) call.format = format;
  return call;
}

Outcome<> RpcGateway::verify(const HttpRequest& request) {
  const auto authorization = request.header("authorization");
  if (authorization.starts_with(acs3_algorithm)) return verify_acs3(request, authorization);
  return verify_v1(request);
}

Outcome<AccessKey> RpcGateway::key_of(const std::string& id, const std::string& token) const {
  if (id.empty()) {
    return refuse(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.");
  }
  const auto known = keys_.find(id);
  if (!known) {
    return refuse(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  }
  if (!known->key.session_token.empty() && token.empty()) {
    return refuse(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
  }
  if (known->key.session_token != token) {
    return refuse(400, "InvalidSecurityToken.MismatchWithAccessKey",
                  "Specified SecurityToken does not match the AccessKey.");
  }
  if (known->has_ended) {
    return refuse(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
  }
  return known->key;
}

Outcome<> RpcGateway::verify_v1(const HttpRequest& request) {
  const auto all = all_parameters(request);
  const Parameters parameters{all};
  const auto key = key_of(parameters.text("AccessKeyId"), parameters.text("SecurityToken"));
  if (!key) return refuse(key.error());
  if (parameters.text("SignatureMethod") != "HMAC-SHA1") {
    return refuse(400, "InvalidSignatureMethod", "Specified signature method is not valid.");
  }
  if (auto good = check_rpc_time(parameters.text("Timestamp"), "Timestamp"); !good) return good;
  const auto signature = parameters.needed("Signature");
  if (!signature) return refuse(signature.error());
  if (!same_signature(*signature, rpc_signature(request.method, all, key->secret))) {
    return wrong_rpc_signature();
  }
  return use_nonce(key->id, parameters.text("SignatureNonce"));
}

Outcome<> RpcGateway::verify_acs3(const HttpRequest& request, std::string_view authorization) {
  const auto id = field_of(authorization, "Credential=");
  const auto names = split_names(field_of(authorization, "SignedHeaders="));
  const auto key = key_of(id, std::string{request.header("x-acs-security-token")});
  if (!key) return refuse(key.error());
  const std::string date{request.header("x-acs-date")};
  if (auto good = check_rpc_time(date, "Timestamp"); !good) return good;
  // Whatever decides what is done has to be signed.
  const auto needed = header_names(request, [](std::string_view name) {
    return name == "host" || name == "content-type" || name.starts_with("x-acs-");
  });
  for (const auto& name : needed) {
    if (!std::ranges::binary_search(names, name)) {
      return refuse(400, "IncompleteSignature",
                    "The request signature does not conform to Aliyun standards: header " + name +
                        " is not signed.");
    }
  }
  if (request.header("x-acs-content-sha256") != hex_sha256(request.body)) {
    return wrong_rpc_signature();
  }
  if (!same_signature(field_of(authorization, "Signature="),
                      acs3_signature(request, names, key->secret))) {
    return wrong_rpc_signature();
  }
  return use_nonce(key->id, std::string{request.header("x-acs-signature-nonce")});
}

Outcome<> RpcGateway::use_nonce(const std::string& id, const std::string& nonce) {
  if (nonce.empty()) {
    return refuse(400, "MissingSignatureNonce", "SignatureNonce is mandatory for this action.");
  }
  const std::lock_guard lock{mutex_};
  const auto now = wall_ms();
  std::erase_if(nonces_, [&](const auto& one) { return one.second < now; });
  // A request of 15 minutes ahead may come again until half an hour from now.
  if (!nonces_.emplace(id + ' ' + nonce, now + 2 * skew_ms_max).second) {
    return refuse(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
  }
  return {};
}

}  // namespace ferry::emulator
