// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys: with which programs sign their requests to the SMC-compatible endpoint, and people
// and programs log in to the console.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// What the holder of a key may do; each role includes those before it.
enum class AccessRole : std::uint8_t { viewer, operator_, admin };

/// A viewer looks and changes nothing, an operator migrates, an admin also makes keys and reads the
/// audit log. read-only and full are older names of the first and the last. Nothing for any other
/// word.
[[nodiscard]] constexpr std::optional<AccessRole> access_role(std::string_view text) {
  if (text == "viewer" || text == "read-only") return AccessRole::viewer;
  if (text == "operator") return AccessRole::operator_;
  if (text == "admin" || text == "full") return AccessRole::admin;
  return std::nullopt;
}
[[nodiscard]] constexpr std::string_view to_string(AccessRole role) {
  if (role == AccessRole::admin) return "admin";
  return role == AccessRole::viewer ? "viewer" : "operator";
}

/// Makes an access key.
struct CreateAccessKey {
  std::string role = "full";  // as access_role knows them
  std::string name = {};      // for lists
  FERRY_MESSAGE("accesskey.create", role, name)
};
/// `secret` is told here once and never again.
struct AccessKeyCreated {
  std::string id;
  std::string secret;
  std::string role;
  FERRY_MESSAGE("accesskey.created", id, secret, role)
};

struct AccessKeyView {
  std::string id;
  std::string name;
  std::string role;
  std::string status;  // enabled, disabled, or unreadable: its secret was sealed with another key
  std::int64_t created_ms = 0;
  FERRY_FIELDS(id, name, role, status, created_ms)
};
struct ListAccessKeys {
  std::string id;  // empty: all
  FERRY_MESSAGE("accesskey.list", id)
};
struct AccessKeyList {
  std::vector<AccessKeyView> keys;
  FERRY_MESSAGE("accesskey.list_answer", keys)
};

/// Requests signed with a disabled key are refused until it is enabled again.
struct DisableAccessKey {
  std::string id;
  FERRY_MESSAGE("accesskey.disable", id)
};
struct EnableAccessKey {
  std::string id;
  FERRY_MESSAGE("accesskey.enable", id)
};
struct DeleteAccessKey {
  std::string id;
  FERRY_MESSAGE("accesskey.delete", id)
};

}  // namespace ferry
