// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What stands before ECS, VPC and ENS: it reads a call from the request and verifies who makes it,
// by RPC version 1 (signature among the parameters) or ACS3 (signature in a header).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "tests/cloud_emulator/keyring.hpp"
#include "tests/cloud_emulator/parameters.hpp"

namespace ferry::emulator {

struct Call {
  std::string version;  // "2014-05-26"
  std::string action;   // "RunInstances"
  std::string format = "JSON";
  std::string host;  // as the client named it
  Parameters parameters;
};

/// True for a request of the RPC style; any other is one of the object store.
[[nodiscard]] bool is_rpc(const HttpRequest& request);
/// "ecs", "vpc" or "ens"; empty for a version that none of them has.
[[nodiscard]] std::string service_of(const Call& call);
/// Query and form together, whichever signature they have.
[[nodiscard]] Call read_call(const HttpRequest& request);

/// Any thread may call.
class RpcGateway {
 public:
  explicit RpcGateway(const Keyring& keys) : keys_(keys) {}

  /// Refuses what isn't signed well: unknown key, wrong secret or token, a key
  /// that has ended, a time that is more than 15 minutes away, a nonce that came before, a body
  /// that isn't the one that was signed.
  [[nodiscard]] Outcome<> verify(const HttpRequest& request);

 private:
  Outcome<> verify_v1(const HttpRequest& request);
  Outcome<> verify_acs3(const HttpRequest& request, std::string_view authorization);
  Outcome<> use_nonce(const std::string& id, const std::string& nonce);
  [[nodiscard]] Outcome<AccessKey> key_of(const std::string& id, const std::string& token) const;

  const Keyring& keys_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> nonces_;  // to the time when each may be forgotten
};

[[nodiscard]] Answer rpc_answer(const Call& call, const Outcome<Json>& outcome);

}  // namespace ferry::emulator
