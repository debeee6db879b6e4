// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/free_port.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.hpp"
#include "base/random.hpp"

namespace ferry {
namespace {

constexpr int attempts_max = 1000;
constexpr std::uint16_t first_port = 20'000;  // examples and services have some below

/// The first of the ports that the kernel gives to whoever connects or binds any.
std::uint16_t end_port() {
  std::uint16_t end = 32'768;  // as kernels have it unless somebody changes it
  const auto text = read_file("/proc/sys/net/ipv4/ip_local_port_range", 64).value_or("");
  std::from_chars(text.data(), text.data() + text.size(), end);
  return end;
}

bool can_bind(const char* host, std::uint16_t port) {
  const Fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, host, &address.sin_addr);
  return ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

/// Of all processes one gets it, until it ends: a name in the kernel's abstract name space.
bool reserve(std::uint16_t port) {
  static std::mutex mutex;
  static std::vector<Fd> reserved;
  Fd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto name = "edgeferry-port-" + std::to_string(port);
  std::ranges::copy(name, &address.sun_path[1]);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) return false;
  const std::lock_guard lock{mutex};
  reserved.push_back(std::move(fd));
  return true;
}

}  // namespace

std::uint16_t free_port(std::initializer_list<const char*> hosts) {
  const auto end = end_port();
  if (end <= first_port) return 0;
  for (int i = 0; i < attempts_max; ++i) {
    std::uint16_t drawn = 0;
    std::memcpy(&drawn, random_bytes(sizeof drawn).data(), sizeof drawn);
    const auto port = static_cast<std::uint16_t>(first_port + drawn % (end - first_port));
    if (!std::ranges::all_of(hosts, [&](const char* host) { return can_bind(host, port); })) {
      continue;
    }
    if (reserve(port)) return port;
  }
  return 0;
}

}  // namespace ferry
