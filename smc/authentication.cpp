// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/authentication.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "actors/controller/access_keys.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"
#include "cloud/signing/rpc_signature.hpp"

namespace ferry {
namespace {

constexpr std::size_t signed_headers_max = 64;
constexpr std::size_t key_bytes_max = 128;
constexpr std::size_t told_text_bytes_max = 8192;
/// Without any of these in the signature, somebody on the way could make another request of it.
constexpr std::array<std::string_view, 6> always_signed{
    "host",       "x-acs-action",          "x-acs-content-sha256",
    "x-acs-date", "x-acs-signature-nonce", "x-acs-version"};

const Subject about_keys{"InvalidAccessKeyId.NotFound", "", ""};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.emplace_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

tl::unexpected<ApiError> not_matched(const std::string& why = {}) {
  return refuse(
      400, "SignatureDoesNotMatch",
      "Specified signature is not matched with our calculation." + (why.empty() ? "" : " " + why));
}

ApiResult<SignedRequest> read_acs3(const HttpRequest& request) {
  SignedRequest from{.acs3 = true,
                     .action = std::string{request.header("x-acs-action")},
                     .version = std::string{request.header("x-acs-version")},
                     .time = std::string{request.header("x-acs-date")},
                     .nonce = std::string{request.header("x-acs-signature-nonce")}};
  auto words = request.header("authorization");
  words.remove_prefix(acs3_algorithm.size());
  for (const auto& part : split(words, ',')) {
    const auto equals = part.find('=');
    const auto name = part.substr(0, equals);
    const auto value = equals == std::string::npos ? std::string{} : part.substr(equals + 1);
    if (name == "Credential") from.key = value;
    if (name == "SignedHeaders") from.signed_headers = split(value, ';');
    if (name == "Signature") from.signature = value;
  }
  if (from.signed_headers.size() > signed_headers_max) {
    return refuse(400, "InvalidParameter", "Too many headers are signed.");
  }
  return from;
}

ApiResult<SignedRequest> read_rpc(const Parameters& parameters) {
  SignedRequest from{.acs3 = false,
                     .action = parameters.text("Action"),
                     .version = parameters.text("Version"),
                     .key = parameters.text("AccessKeyId"),
                     .time = parameters.text("Timestamp"),
                     .nonce = parameters.text("SignatureNonce"),
                     .signature = parameters.text("Signature")};
  const auto method = parameters.text("SignatureMethod");
  if (method.empty()) return missing("SignatureMethod");
  const auto version = parameters.text("SignatureVersion");
  if (method != "HMAC-SHA1" || (!version.empty() && version != "1.0")) {
    return refuse(400, "InvalidSignatureMethod", "Specified signature method is not valid.");
  }
  return from;
}

/// The milliseconds of its time, if it is fresh.
ApiResult<std::int64_t> check_time(const std::string& text) {
  const auto at_ms = parse_utc(text);
  if (!at_ms) {
    return refuse(400, "InvalidTimeStamp.Format",
                  "Specified time stamp or date value is not well formatted.");
  }
  constexpr auto skew_max = std::chrono::milliseconds{limits::request_skew_max}.count();
  if (std::abs(*at_ms - wall_ms()) > skew_max) {
    return refuse(400, "InvalidTimeStamp.Expired",
                  "Specified time stamp or date value is expired.");
  }
  return *at_ms;
}

ApiResult<FoundAccessKey> find_key(const std::string& id, const ControllerLink& controller) {
  auto found = controller.ask<FoundAccessKey>("access_keys", FindAccessKey{id});
  if (!found) return refuse(api_error(found.error(), about_keys));
  if (!found->known) {
    return refuse(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
  }
  if (!found->enabled) {
    return refuse(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
  }
  return std::move(*found);
}

/// What ACS3 alone asks for: that the body, and all that makes the request, is in the signature.
ApiResult<bool> check_covered(const SignedRequest& from, const HttpRequest& request) {
  for (const auto name : always_signed) {
    if (std::ranges::find(from.signed_headers, name) == from.signed_headers.end()) {
      return not_matched("The header " + std::string{name} + " is not signed.");
    }
  }
  if (!same_signature(request.header("x-acs-content-sha256"), hex_sha256(request.body))) {
    return not_matched("The header x-acs-content-sha256 is not the digest of the body.");
  }
  return true;
}

/// Clients look for these very words, and tell their user of a wrong secret if the rest is what
/// they have signed.
std::string told_text(const HttpRequest& request, const Parameters& parameters) {
  const auto text = rpc_string_to_sign(request.method, parameters.all());
  return text.size() <= told_text_bytes_max ? "server string to sign is:" + text : "";
}

ApiResult<bool> let_through(const SignedRequest& from, std::int64_t at_ms,
                            const ControllerLink& controller) {
  constexpr auto skew_max = std::chrono::milliseconds{limits::request_skew_max}.count();
  const auto told =
      controller.ask<Admitted>("access_keys", AdmitRequest{from.key, from.nonce, at_ms + skew_max});
  if (!told) return refuse(api_error(told.error(), about_keys));
  switch (told->admission.passage) {
    case Passage::let_through: return true;
    case Passage::nonce_used:
      return refuse(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
    case Passage::too_many: break;
  }
  return refuse({400, "Throttling.User", "Request was denied due to user flow control.",
                 told->admission.retry_after_ms});
}

}  // namespace

ApiResult<SignedRequest> read_signature(const HttpRequest& request, const Parameters& parameters) {
  const bool acs3 = request.header("authorization").starts_with(acs3_algorithm);
  if (!acs3 && !parameters.has("AccessKeyId")) return missing("AccessKeyId");
  auto from = acs3 ? read_acs3(request) : read_rpc(parameters);
  if (!from) return from;
  if (from->key.empty() || from->key.size() > key_bytes_max) return missing("AccessKeyId");
  if (from->signature.empty()) return missing("Signature");
  if (from->nonce.empty()) return missing("SignatureNonce");
  if (from->nonce.size() > limits::request_nonce_bytes_max) return invalid("SignatureNonce");
  if (from->time.empty()) return missing("Timestamp");
  if (from->action.empty()) return missing("Action");
  if (from->version.empty()) return missing("Version");
  return from;
}

std::string expected_signature(const SignedRequest& from, const HttpRequest& request,
                               const Parameters& parameters, std::string_view secret) {
  return from.acs3 ? acs3_signature(request, from.signed_headers, secret)
                   : rpc_signature(request.method, parameters.all(), secret);
}

ApiResult<Caller> authenticate(const SignedRequest& from, const HttpRequest& request,
                               const Parameters& parameters, const ControllerLink& controller) {
  const auto at_ms = check_time(from.time);
  if (!at_ms) return refuse(at_ms.error());
  const auto key = find_key(from.key, controller);
  if (!key) return refuse(key.error());
  if (from.acs3) {
    if (auto covered = check_covered(from, request); !covered) return refuse(covered.error());
  }
  const auto expected = expected_signature(from, request, parameters, key->secret);
  if (!same_signature(expected, from.signature)) {
    return not_matched(from.acs3 ? "" : told_text(request, parameters));
  }
  if (auto passed = let_through(from, *at_ms, controller); !passed) return refuse(passed.error());
  return Caller{from.key, key->role, access_role(key->role) > AccessRole::viewer};
}

}  // namespace ferry
