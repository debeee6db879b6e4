// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/instance_role.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

// It is a neighbour of the machine, and answers at once or not at all.
constexpr HttpLimits metadata_limits{
    .connect_timeout = 1s, .timeout = 3s, .stall_timeout = 3s, .body_bytes_max = 16 * limits::kib};
constexpr auto roles_path = "/latest/meta-data/ram/security-credentials/";
constexpr std::size_t role_bytes_max = 64;
constexpr std::size_t role_token_bytes_max = 1024;
constexpr std::size_t role_words_max = 100;
constexpr std::chrono::milliseconds key_age_max = 1h;
constexpr std::chrono::milliseconds rest_wanted = 15min;  // of a key's time, or a third of it
constexpr std::chrono::milliseconds pause_after_failure = 30s;

/// The names are the service's.
struct RoleKey {
  std::string Code;
  std::string AccessKeyId;
  std::string AccessKeySecret;
  std::string SecurityToken;
  std::string Expiration;
  FERRY_FIELDS(Code, AccessKeyId, AccessKeySecret, SecurityToken, Expiration)
};

tl::unexpected<Error> refused(std::string what, std::string fix) {
  return fail(Errc::access_refused, std::move(what), std::move(fix));
}

bool is_role_name(std::string_view name) {
  return !name.empty() && name.size() <= role_bytes_max &&
         std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
         });
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= role_token_bytes_max &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

constexpr auto other_service =
    "check that metadata in [credentials] is the ECS metadata service of this machine";

}  // namespace

InstanceRole::InstanceRole(InstanceRoleSettings settings)
    : settings_(std::move(settings)), http_({.scheme = settings_.scheme}) {}

Result<AccessKey> InstanceRole::current() {
  if (known_ && wall_ms() < known_->renew_ms) return known_->key;
  const bool is_good = known_ && wall_ms() < known_->end_ms;
  if (is_good && steady_ms() < asked_ms_ + pause_after_failure.count()) return known_->key;
  auto renewed = ask();
  if (renewed) {
    known_ = std::move(*renewed);
    asked_ms_ = 0;
  } else if (is_good) {
    asked_ms_ = steady_ms();
    log::warning("the key of the instance's role can't be renewed now, the last one is used",
                 {{"why", to_string(renewed.error())}, {"ends", utc_text(known_->end_ms)}});
  } else {
    return fail(renewed.error());
  }
  return known_->key;
}

Result<InstanceRole::Known> InstanceRole::ask() {
  const auto token = ask_token();
  if (!token) return fail(token.error());
  const auto role = settings_.role.empty() ? ask_role(*token) : settings_.role;
  if (!role) return fail(role.error());
  if (!is_role_name(*role)) {
    return refused("'" + printable(role->substr(0, role_words_max)) + "' is no name of a RAM role",
                   "write the role of this ECS instance into [credentials]");
  }
  const auto where = "the metadata service's key of RAM role " + *role;
  const auto json = read(roles_path + *role, *token, "this ECS instance has no RAM role " + *role);
  if (!json) return fail(json.error());
  const auto told = record_from_json<RoleKey>(*json, where);
  if (!told) return refused(told.error().what, other_service);
  if (told->Code != "Success") {
    return refused(where + " is '" + printable(told->Code.substr(0, role_words_max)) + "'",
                   "check that the role exists, and that ECS may assume it");
  }
  AccessKey key{told->AccessKeyId, told->AccessKeySecret, told->SecurityToken};
  const auto end_ms = parse_utc(told->Expiration);
  if (!is_well_formed(key) || key.session_token.empty() || !end_ms) {
    return refused(where + " is no temporary access key with its end", other_service);
  }
  const auto now_ms = wall_ms();
  if (*end_ms <= now_ms) {
    return refused(where + " has ended at " + told->Expiration, "set this machine's clock right");
  }
  const auto rest_ms = std::min<std::int64_t>(rest_wanted.count(), (*end_ms - now_ms) / 3);
  const auto renew_ms = std::min<std::int64_t>(*end_ms - rest_ms, now_ms + key_age_max.count());
  return Known{std::move(key), renew_ms, *end_ms};
}

Result<std::string> InstanceRole::ask_role(const std::string& token) {
  const auto names = read(roles_path, token, "this ECS instance has no RAM role");
  if (!names) return fail(names.error());
  return names->substr(0, names->find_first_of("\r\n"));
}

/// A word that each question has with it in the service's hardened mode, which a program that can
/// be made to fetch some URL can't get. Empty if the service has no such mode.
Result<std::string> InstanceRole::ask_token() {
  HttpRequest request;
  request.method = "PUT";
  request.path = "/latest/api/token";
  request.headers = {{"x-aliyun-ecs-metadata-token-ttl-seconds", "60"}};
  const auto response = send(std::move(request));
  if (!response) return fail(response.error());
  if (response->status != 200) return std::string{};
  if (is_token(response->body)) return response->body;
  return refused("the metadata service at " + settings_.host + " answers a token that is none",
                 other_service);
}

/// `absent` says what it means that there is no such document.
Result<std::string> InstanceRole::read(const std::string& path, const std::string& token,
                                       const std::string& absent) {
  HttpRequest request;
  request.path = path;
  if (!token.empty()) request.headers = {{"x-aliyun-ecs-metadata-token", token}};
  const auto response = send(std::move(request));
  if (!response) return fail(response.error());
  if (response->status == 200) return response->body;
  if (response->status == 404) {
    return refused(absent + " (" + settings_.host + ")",
                   "attach a RAM role with the rights of a worker to the instance");
  }
  const auto what = "the metadata service at " + settings_.host + " answers HTTP " +
                    std::to_string(response->status);
  if (response->status == 429 || response->status >= 500) return fail(Errc::unreachable, what);
  return refused(what, "enable the metadata service in the instance's settings");
}

Result<HttpResponse> InstanceRole::send(HttpRequest request) {
  request.host = settings_.host;
  auto response = http_.send(request, metadata_limits);
  if (response) return response;
  const auto& error = response.error();
  if (error.code != Errc::unreachable && error.code != Errc::timeout) {
    return refused(error.what, other_service);
  }
  return fail(error.code, error.what,
              "run workers of source = \"instance\" on ECS instances, or choose another source in "
              "[credentials]");
}

}  // namespace ferry
