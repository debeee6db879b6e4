// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who sends a request: the two ways in which official clients sign, RPC version 1 and ACS3, and
// what a request must be besides rightly signed (fresh, new, not one of too many).
#pragma once

#include <string>

#include "cloud/http/http_request.hpp"
#include "http/controller_link.hpp"
#include "smc/api_error.hpp"
#include "smc/parameters.hpp"

namespace ferry {

struct Caller {
  std::string key;   // EF...
  std::string role;  // of it
  bool may_change = false;
};

/// What a request says of itself, whichever way it is signed.
struct SignedRequest {
  bool acs3 = false;
  std::string action = {};
  std::string version = {};
  std::string key = {};
  std::string time = {};  // "2026-11-27T12:00:00Z"
  std::string nonce = {};
  std::string signature = {};
  std::vector<std::string> signed_headers = {};  // of ACS3
};

/// Takes it apart. Errors: Missing... and Invalid... of what is absent or malformed.
[[nodiscard]] ApiResult<SignedRequest> read_signature(const HttpRequest& request,
                                                      const Parameters& parameters);
/// The signature that it ought to have.
[[nodiscard]] std::string expected_signature(const SignedRequest& from, const HttpRequest& request,
                                             const Parameters& parameters, std::string_view secret);

/// Checks everything; a request that is refused is not remembered. A request is let through once.
[[nodiscard]] ApiResult<Caller> authenticate(const SignedRequest& from, const HttpRequest& request,
                                             const Parameters& parameters,
                                             const ControllerLink& controller);

}  // namespace ferry
