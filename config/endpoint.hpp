// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Addresses of the form tcp://HOST:PORT, the only ones that processes of a
// cluster use between each other, and those of cloud services.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ferry {

struct Endpoint {
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 0;

  /// True for an address that means every interface.
  [[nodiscard]] bool is_wildcard() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// Where an HTTP service is, without a path.
struct ServiceUrl {
  std::string scheme;  // http, https
  std::string place;   // "HOST" or "HOST:PORT", as it was written
  bool is_address = false;
};

/// Accepts "https://HOST", "http://HOST:PORT"; an IPv6 address has brackets and a port.
[[nodiscard]] Result<ServiceUrl> parse_service_url(std::string_view text);

[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string to_string(const Endpoint& endpoint);
/// Accepts host names (RFC 1123) and addresses, not wildcards.
[[nodiscard]] bool is_host(std::string_view text);
/// True if both can't be bound on one machine: the same port, and the same host
/// or a wildcard on either side.
[[nodiscard]] bool clash(const Endpoint& a, const Endpoint& b);

}  // namespace ferry
