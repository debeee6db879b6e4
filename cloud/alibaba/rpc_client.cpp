// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/rpc_client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/clock.hpp"
#include "base/pause.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/rpc_signature.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds throttled_patience{30'000};
constexpr auto rpc_first_pause = 500ms;  // doubled with each refusal, if the service names none
constexpr auto pause_max = 10'000ms;
constexpr std::size_t rpc_words_max = 400;
constexpr HttpLimits rpc_limits{.timeout = 60s, .stall_timeout = 30s, .body_bytes_max = 1 << 20};

/// The names are the API's.
struct Refusal {
  std::string Code;
  std::string Message;
  std::string RequestId;
  FERRY_FIELDS(Code, Message, RequestId)
};

bool is_throttled(int status, std::string_view code) {
  return status == 429 || code.starts_with("Throttling") || code == "System.ServiceBusy";
}

/// smc-api 1.2 and 5.3.
Errc class_of(int status, std::string_view code) {
  constexpr auto keys = std::to_array<std::string_view>(
      {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidTimeStamp", "IllegalTimestamp",
       "InvalidSecurityToken", "Forbidden.", "NoPermission", "NoSetRoletoECSServiceAcount"});
  if (is_throttled(status, code)) return Errc::no_capacity;
  if (status >= 500) return Errc::unreachable;
  if (code.ends_with(".NotFound")) {
    return code.starts_with("InvalidAccessKeyId") ? Errc::access_refused : Errc::not_found;
  }
  const bool about_keys =
      std::ranges::any_of(keys, [code](std::string_view start) { return code.starts_with(start); });
  if (status == 401 || about_keys) return Errc::access_refused;
  return Errc::service_refused;
}

/// "x-acs-retry-after" is in milliseconds, as the vendor's own clients read it.
std::chrono::milliseconds pause_told(const HttpResponse& response) {
  const auto text = response.header("x-acs-retry-after");
  long pause = 0;
  std::from_chars(text.data(), text.data() + text.size(), pause);
  return std::chrono::milliseconds{pause};
}

}  // namespace

RpcClient::RpcClient(RpcService service) : service_(std::move(service)), http_(service_.endpoint) {}

Result<HttpRequest> RpcClient::signed_request(const RpcCall& call) const {
  auto key = service_.access_key();
  if (!key) return fail(key.error());
  HttpRequest request;
  request.method = "POST";
  request.host = service_.host;
  for (const auto& parameter : call.parameters) {
    if (!parameter.value.empty()) request.query.push_back(parameter);
  }
  request.headers = {{"accept", "application/json"},
                     {"x-acs-action", call.action},
                     {"x-acs-version", service_.version},
                     {"x-acs-date", utc_text(wall_ms())},
                     {"x-acs-signature-nonce", to_hex(random_bytes(16))},
                     {"x-acs-content-sha256", hex_sha256(request.body)}};
  if (!key->session_token.empty()) {
    request.headers.push_back({"x-acs-accesskey-id", key->id});
    request.headers.push_back({"x-acs-security-token", key->session_token});
  }
  sign_acs3(request, *key);
  return request;
}

RpcError RpcClient::refusal(const RpcCall& call, const HttpResponse& response) const {
  Refusal words;
  if (auto read = record_from_json<Refusal>(response.body, service_.name)) words = *read;
  auto what = service_.name + " refuses " + call.action + " (" + service_.host + "): HTTP " +
              std::to_string(response.status);
  if (!words.Code.empty()) what += ", " + words.Code + ": " + words.Message;
  what = printable(what);
  if (what.size() > rpc_words_max) what.resize(rpc_words_max);
  if (!words.RequestId.empty() && words.RequestId.size() < 64) {
    what += ", request " + printable(words.RequestId);
  }
  // A nonce is used once, unless the request came twice: a connection that dies is opened again by
  // the HTTP library, and the first answer is lost.
  if (words.Code == "SignatureNonceUsed") return {{Errc::unreachable, what, {}}};
  return {{class_of(response.status, words.Code), what, {}}, words.Code};
}

RpcResult<std::string> RpcClient::call(const RpcCall& call, const std::stop_token& stop) {
  const auto deadline_ms = steady_ms() + throttled_patience.count();
  std::chrono::milliseconds pause = rpc_first_pause;
  for (;;) {
    auto request = signed_request(call);
    if (!request) return tl::unexpected{RpcError{request.error()}};
    Result<HttpResponse> response;
    {
      const std::lock_guard lock{mutex_};
      response = http_.send(*request, rpc_limits, stop);
    }
    if (!response) return tl::unexpected{RpcError{response.error()}};
    if (response->status == 200) return response->body;
    auto refused = refusal(call, *response);
    if (refused.error.code != Errc::no_capacity) return tl::unexpected{std::move(refused)};
    const auto told = pause_told(*response);
    const auto wait = std::min<std::chrono::milliseconds>(told > 0ms ? told : pause, pause_max);
    pause *= 2;
    if (steady_ms() + wait.count() > deadline_ms) {
      return tl::unexpected{std::move(refused)};
    }
    if (!pause_for(wait, stop)) {
      return tl::unexpected{RpcError{{Errc::canceled, service_.name + ' ' + call.action, {}}}};
    }
  }
}

}  // namespace ferry
