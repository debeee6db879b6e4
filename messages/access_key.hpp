// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys: with which programs sign their requests to the SMC-compatible endpoint.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// Makes an access key.
struct CreateAccessKey {
  std::string role = "full";  // or read-only
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
