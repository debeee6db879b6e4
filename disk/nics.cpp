// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/nics.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <ifaddrs.h>

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/file.hpp"
#include "base/limits.hpp"
#include "disk/mounts.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

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

bool is_card(const std::string& name) {
  std::error_code ignored;
  return fs::exists("/sys/class/net/" + name + "/device", ignored);
}

/// "192.0.2.7/24 on eth0" of one address of a dump; nothing if it is a lease, link-local or
/// on no real card.
std::string static_address(const nlmsghdr& header) {
  const auto* message = static_cast<const ifaddrmsg*>(NLMSG_DATA(&header));
  std::uint32_t flags = message->ifa_flags;
  const void* address = nullptr;
  auto left = static_cast<int>(IFA_PAYLOAD(&header));
  for (auto* at = IFA_RTA(message); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    const bool local = at->rta_type == IFA_LOCAL || (at->rta_type == IFA_ADDRESS && !address);
    if (local) address = RTA_DATA(at);
    if (at->rta_type == IFA_FLAGS) std::memcpy(&flags, RTA_DATA(at), sizeof flags);
  }
  std::array<char, IF_NAMESIZE> name{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address == nullptr || message->ifa_scope != RT_SCOPE_UNIVERSE ||
      (flags & IFA_F_PERMANENT) == 0 ||
      ::if_indextoname(message->ifa_index, name.data()) == nullptr || !is_card(name.data()) ||
      ::inet_ntop(message->ifa_family, address, text.data(), text.size()) == nullptr) {
    return {};
  }
  return std::string{text.data()} + '/' + std::to_string(message->ifa_prefixlen) + " on " +
         name.data();
}

/// A bridge of containers or virtual machines has no card of this machine in it.
bool has_card(const std::string& bridge) {
  std::error_code error;
  for (fs::directory_iterator it{bridge + "/brif", error}, end; !error && it != end;
       it.increment(error)) {
    if (is_card(it->path().filename())) return true;
  }
  return false;
}

/// What stands on others here; empty if nothing does.
std::string layer_of(const std::string& folder) {
  std::error_code ignored;
  if (fs::exists(folder + "/bonding", ignored)) return "bond";
  if (fs::exists(folder + "/bridge", ignored)) return has_card(folder) ? "bridge" : "";
  const auto text = read_file(folder + "/uevent", 4096).value_or("");
  if (text.find("DEVTYPE=vlan\n") != std::string::npos) return "VLAN";
  return text.find("DEVTYPE=team\n") != std::string::npos ? "team" : "";
}

}  // namespace

/// By rtnetlink, because getifaddrs keeps the flag of leases to itself.
std::vector<std::string> read_static_addresses() {
  std::vector<std::string> found;
  const Fd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
  struct {
    nlmsghdr header;
    ifaddrmsg message;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETADDR;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (!socket || ::send(socket.get(), &request, sizeof request, 0) < 0) return found;
  alignas(nlmsghdr) std::array<char, 32 * limits::kib> buffer{};
  for (std::size_t answers = 0; answers < nics_max; ++answers) {
    const auto got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    auto left = static_cast<unsigned>(got > 0 ? got : 0);
    auto* header = reinterpret_cast<nlmsghdr*>(buffer.data());
    if (!NLMSG_OK(header, left)) return found;
    for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type != RTM_NEWADDR) return found;  // the end, or an error
      auto address = static_address(*header);
      if (!address.empty() && found.size() < limits::facts_listed_max) {
        found.push_back(std::move(address));
      }
    }
  }
  return found;
}

std::vector<std::string> read_layered_nics() {
  std::vector<std::string> layered;
  std::error_code error;
  for (fs::directory_iterator it{"/sys/class/net", error}, end; !error && it != end;
       it.increment(error)) {
    const auto layer = layer_of(it->path().string());
    if (!layer.empty()) layered.push_back(it->path().filename().string() + " (" + layer + ")");
    if (layered.size() >= limits::facts_listed_max) break;
  }
  std::ranges::sort(layered);
  return layered;
}

std::vector<NicInfo> read_nics() {
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
