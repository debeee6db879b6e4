// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/endpoint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <arpa/inet.h>

namespace ferry {
namespace {

constexpr std::string_view scheme = "tcp://";
constexpr std::string_view endpoint_shape =
    "write tcp://HOST:PORT, for example \"tcp://127.0.0.1:7443\"";

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string{text}.c_str(), &address) == 1;
}

bool looks_like_ipv4(std::string_view text) {
  return std::ranges::all_of(text,
                             [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label,
                             [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

std::string_view same_name(std::string_view host) {
  return host == "localhost" ? std::string_view{"127.0.0.1"} : host;
}

}  // namespace

bool Endpoint::is_wildcard() const { return host == "*" || host == "0.0.0.0" || host == "::"; }

bool is_host(std::string_view text) {
  if (text == "0.0.0.0" || text == "::") return false;
  if (is_ipv6(text)) return true;
  if (text.empty() || text.size() > 253) return false;
  if (looks_like_ipv4(text)) {
    in_addr address{};
    return ::inet_pton(AF_INET, std::string{text}.c_str(), &address) == 1;
  }
  for (;;) {
    const auto dot = text.find('.');
    if (!is_host_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto refuse = [text](std::string_view why) {
    return fail(Errc::config_out_of_range,
                "'" + std::string{text} + "' is not an endpoint: " + std::string{why},
                std::string{endpoint_shape});
  };
  if (!text.starts_with(scheme)) return refuse("it does not start with tcp://");
  auto rest = text.substr(scheme.size());
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos || rest.ends_with(']')) return refuse("it has no port");
  auto host = rest.substr(0, colon);
  const auto digits = rest.substr(colon + 1);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port < 1 || port > 65535) {
    return refuse("its port is not a number from 1 to 65535");
  }
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  Endpoint endpoint{std::string{host}, static_cast<std::uint16_t>(port)};
  const bool valid = bracketed ? is_ipv6(host)
                               : host.find(':') == std::string_view::npos &&
                                     (endpoint.is_wildcard() || is_host(host));
  if (!valid) return refuse("its host is neither a name, an address nor *");
  return endpoint;
}

Result<ServiceUrl> parse_service_url(std::string_view text) {
  const auto slashes = text.find("://");
  ServiceUrl url{std::string{text.substr(0, slashes)}, {}, false};
  if (url.scheme == "http" || url.scheme == "https") url.place = text.substr(slashes + 3);
  if (const auto with_port = parse_endpoint(std::string{scheme} + url.place)) {
    url.is_address = is_ipv6(with_port->host) || looks_like_ipv4(with_port->host);
    if (!with_port->is_wildcard()) return url;
  } else if (url.place.find(':') == std::string::npos && is_host(url.place)) {
    url.is_address = looks_like_ipv4(url.place);
    return url;
  }
  return fail(Errc::config_out_of_range, "'" + std::string{text} + "' is no address of a service",
              "write https://HOST or https://HOST:PORT");
}

std::string to_string(const Endpoint& endpoint) {
  const bool brackets = endpoint.host.find(':') != std::string::npos;
  return std::string{scheme} + (brackets ? "[" + endpoint.host + "]" : endpoint.host) + ":" +
         std::to_string(endpoint.port);
}

bool clash(const Endpoint& a, const Endpoint& b) {
  return a.port == b.port &&
         (a.is_wildcard() || b.is_wildcard() || same_name(a.host) == same_name(b.host));
}

}  // namespace ferry
