// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/nics.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <ifaddrs.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include "disk/mounts.hpp"

namespace ferry {
namespace {

constexpr std::size_t nics_max = 1024;

int ones(const unsigned char* bytes, std::size_t count) {
  int sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::popcount(bytes[i]);
  return sum;
}

/// Returns "192.0.2.7/24", or nothing for an address of another family.
std::string address_text(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || entry.ifa_netmask == nullptr) return {};
  const auto family = entry.ifa_addr->sa_family;
  const void* address = nullptr;
  int prefix = 0;
  if (family == AF_INET) {
    address = &reinterpret_cast<const sockaddr_in*>(entry.ifa_addr)->sin_addr;
    const auto& mask = reinterpret_cast<const sockaddr_in*>(entry.ifa_netmask)->sin_addr;
    prefix = ones(reinterpret_cast<const unsigned char*>(&mask), sizeof mask);
  } else if (family == AF_INET6) {
    address = &reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr)->sin6_addr;
    const auto& mask = reinterpret_cast<const sockaddr_in6*>(entry.ifa_netmask)->sin6_addr;
    prefix = ones(reinterpret_cast<const unsigned char*>(&mask), sizeof mask);
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address == nullptr || ::inet_ntop(family, address, text.data(), text.size()) == nullptr) {
    return {};
  }
  return std::string{text.data()} + '/' + std::to_string(prefix);
}

}  // namespace

std::vector<NicInfo> read_nics() {
  namespace fs = std::filesystem;
  std::vector<NicInfo> nics;
  std::error_code error;
  for (fs::directory_iterator it{"/sys/class/net", error}, end; !error && it != end;
       it.increment(error)) {
    NicInfo nic;
    nic.name = it->path().filename();
    const auto folder = it->path().string();
    // The folder also holds plain files such as bonding_masters.
    if (nic.name == "lo" || !fs::exists(folder + "/ifindex")) continue;
    nic.mac = sysfs_text(folder + "/address");
    std::error_code no_driver;
    nic.driver = fs::read_symlink(folder + "/device/driver", no_driver).filename();
    nics.push_back(std::move(nic));
    if (nics.size() >= nics_max) break;
  }
  std::ranges::sort(nics, {}, &NicInfo::name);
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return nics;
  for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const auto nic = std::ranges::find(nics, std::string{entry->ifa_name}, &NicInfo::name);
    if (nic == nics.end()) continue;
    if ((entry->ifa_flags & IFF_UP) != 0) nic->up = true;
    if (auto text = address_text(*entry); !text.empty()) nic->addresses.push_back(std::move(text));
  }
  ::freeifaddrs(list);
  return nics;
}

}  // namespace ferry
