// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/metadata_service.hpp"

#include <algorithm>
#include <charconv>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace ferry::emulator {
namespace {

constexpr std::string_view metadata_root = "/latest/";
constexpr std::string_view token_path = "/latest/api/token";
constexpr std::string_view roles_path = "/latest/meta-data/ram/security-credentials/";
constexpr std::int64_t token_seconds_max = 21'600;

tl::unexpected<Refusal> absent() { return refuse(404, "NotFound", "404 - Not Found"); }

/// Keys follow each other while the one before is still good for as long as it was alone.
Json role_key(const Keyring& keys, const std::string& role, std::int64_t life_ms) {
  const auto half_ms = std::max<std::int64_t>(life_ms / 2, 1000);
  const auto begin_ms = wall_ms() / half_ms * half_ms;
  const auto end_ms = begin_ms + 2 * half_ms;
  const auto key = keys.of_role(role, end_ms);
  return {{"AccessKeyId", key.id},
          {"AccessKeySecret", key.secret},
          {"Expiration", utc_text(end_ms)},
          {"SecurityToken", key.session_token},
          {"LastUpdated", utc_text(begin_ms)},
          {"Code", "Success"}};
}

}  // namespace

bool MetadataService::is_asked(const HttpRequest& request) {
  return request.path.starts_with(metadata_root);
}

std::string MetadataService::operation_of(const HttpRequest& request) {
  if (request.method == "PUT" && request.path == token_path) return "CreateMetadataToken";
  if (request.method != "GET" || !request.path.starts_with(roles_path)) return {};
  return request.path.size() == roles_path.size() ? "ListInstanceRoles" : "GetInstanceRoleKey";
}

Answer MetadataService::answer(const HttpRequest& request) {
  auto told = text(request);
  if (!told) return refusal(told.error());
  return Answer{.content_type = "text/plain", .body = std::move(*told)};
}

/// It knows statuses only, and none of the codes that a fault may name.
Answer MetadataService::refusal(const Refusal& why) {
  const bool is_throttled = why.code.starts_with("Throttling");
  return Answer{.status = is_throttled ? 429 : why.status,
                .refused = why.code,
                .content_type = "text/html",
                .body = why.message};
}

Outcome<std::string> MetadataService::text(const HttpRequest& request) {
  const auto operation = operation_of(request);
  if (operation == "CreateMetadataToken") {
    const auto wish = request.header("x-aliyun-ecs-metadata-token-ttl-seconds");
    std::int64_t seconds = 0;
    std::from_chars(wish.data(), wish.data() + wish.size(), seconds);
    if (seconds < 1 || seconds > token_seconds_max) {
      return refuse(400, "BadRequest", "400 - Bad Request");
    }
    return keys_.metadata_token(wall_ms() + seconds * 1000);
  }
  const std::lock_guard lock{world_.mutex};
  const auto& settings = world_.settings;
  const std::string token{request.header("x-aliyun-ecs-metadata-token")};
  if (token.empty() ? settings.hardened : !keys_.is_metadata_token(token)) {
    return refuse(403, "Forbidden", "403 - Forbidden");
  }
  if (operation.empty() || settings.role.empty()) return absent();
  if (operation == "ListInstanceRoles") return settings.role;
  if (request.path.substr(roles_path.size()) != settings.role) return absent();
  return role_key(keys_, settings.role, settings.role_key_ms).dump();
}

}  // namespace ferry::emulator
