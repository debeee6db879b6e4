// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Signatures of Alibaba Cloud's RPC services (ECS, VPC, ENS, SMC): version 1, a parameter, and
// ACS3, a header. Client and server compute the same; a server compares with same_signature.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cloud/http/http_request.hpp"

namespace ferry {

/// What version 1 signs: a server that refuses a signature tells it, and clients compare.
[[nodiscard]] std::string rpc_string_to_sign(std::string_view method,
                                             std::span<const NameValue> parameters);
/// Version 1 (HMAC-SHA1), in base64: of all parameters of query and form, decoded, with empty
/// ones; one called Signature is left out.
[[nodiscard]] std::string rpc_signature(std::string_view method,
                                        std::span<const NameValue> parameters,
                                        std::string_view secret);

inline constexpr std::string_view acs3_algorithm = "ACS3-HMAC-SHA256";

/// Version 3, in hex, over the headers that are named, in lower case and ascending order. The
/// request has x-acs-content-sha256, in hex, which a server compares with the body before.
[[nodiscard]] std::string acs3_signature(const HttpRequest& request,
                                         std::span<const std::string> signed_headers,
                                         std::string_view secret);

/// Gives a request its header "authorization", over host, content-type and all x-acs headers.
void sign_acs3(HttpRequest& request, const AccessKey& key);

}  // namespace ferry
