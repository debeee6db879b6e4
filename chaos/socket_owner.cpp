// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/socket_owner.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace ferry::chaos {
namespace {

/// The port in "0200007F:1F90", or 0.
unsigned long port_of(const std::string& address) {
  const auto colon = address.find(':');
  if (colon == std::string::npos) return 0;
  return std::strtoul(address.c_str() + colon + 1, nullptr, 16);
}

/// Returns "socket:[12345]" as a link in /proc/PID/fd says it, or nothing.
std::string socket_name(std::uint16_t local, std::uint16_t remote) {
  std::ifstream table{"/proc/net/tcp"};
  std::string line;
  std::getline(table, line);  // the heading
  while (std::getline(table, line)) {
    std::istringstream fields{line};
    std::string number, from, to, skipped, inode;
    fields >> number >> from >> to;
    if (port_of(from) != local || port_of(to) != remote) continue;
    for (int i = 0; i < 6; ++i) fields >> skipped;
    fields >> inode;
    return "socket:[" + inode + "]";
  }
  return {};
}

bool holds(std::int64_t pid, const std::string& socket) {
  std::error_code error;
  const auto folder = "/proc/" + std::to_string(pid) + "/fd";
  for (std::filesystem::directory_iterator it{folder, error}, end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;
    if (std::filesystem::read_symlink(it->path(), gone) == socket) return true;
  }
  return false;
}

}  // namespace

std::int64_t socket_owner(std::uint16_t local, std::uint16_t remote,
                          std::span<const std::int64_t> candidates) {
  const auto socket = socket_name(local, remote);
  if (socket.empty()) return 0;
  for (const auto pid : candidates) {
    if (holds(pid, socket)) return pid;
  }
  return 0;
}

}  // namespace ferry::chaos
