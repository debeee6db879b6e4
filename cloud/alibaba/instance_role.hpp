// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Temporary access keys of the RAM role of the ECS instance that this runs on: the instance's
// metadata service tells them to whoever asks from there, so that no secret is handed to a machine.
// Errors name the place, and never what is in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cloud/http/http_client.hpp"

namespace ferry {

struct InstanceRoleSettings {
  std::string scheme = "http";
  std::string host;       // of the metadata service, with its port if it has one
  std::string role = {};  // empty: the first that the service names
};

/// Calls block for a few seconds at most; one thread at a time.
class InstanceRole {
 public:
  explicit InstanceRole(InstanceRoleSettings settings);

  /// The key, asked for when there is none, when its end comes near, and once an hour, so that
  /// another role counts by then. As long as a key is good, one that can't be renewed is used
  /// on. Errors: unreachable and timeout (no metadata service answers, or it fails),
  /// access_refused (no role, or an answer that is none).
  [[nodiscard]] Result<AccessKey> current();

 private:
  struct Known {
    AccessKey key;
    std::int64_t renew_ms = 0;  // on the wall clock, as the service tells the end
    std::int64_t end_ms = 0;
  };
  [[nodiscard]] Result<Known> ask();
  [[nodiscard]] Result<std::string> ask_role(const std::string& token);
  [[nodiscard]] Result<std::string> ask_token();
  [[nodiscard]] Result<std::string> read(const std::string& path, const std::string& token,
                                         const std::string& absent);
  [[nodiscard]] Result<HttpResponse> send(HttpRequest request);

  InstanceRoleSettings settings_;
  HttpClient http_;
  std::optional<Known> known_;
  std::int64_t asked_ms_ = 0;  // on the steady clock: when a renewal was last tried in vain
};

}  // namespace ferry
