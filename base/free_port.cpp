// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/free_port.hpp"

#include <algorithm>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/file.hpp"

namespace ferry {
namespace {

constexpr int attempts_max = 100;

/// `port` 0 becomes one that the kernel chooses.
bool can_bind(const char* host, std::uint16_t& port) {
  const Fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host, &address.sin_addr);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), generic, length) != 0) return false;
  if (::getsockname(fd.get(), generic, &length) != 0) return false;
  port = ntohs(address.sin_port);
  return true;
}

}  // namespace

std::uint16_t free_port(std::initializer_list<const char*> hosts) {
  for (int i = 0; i < attempts_max; ++i) {
    std::uint16_t port = 0;
    if (std::ranges::all_of(hosts, [&](const char* host) { return can_bind(host, port); })) {
      return port;
    }
  }
  return 0;
}

}  // namespace ferry
