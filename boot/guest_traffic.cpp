// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/guest_traffic.hpp"

#include <cstring>

#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr std::size_t capture_head_bytes = 24;
constexpr std::size_t packet_head_bytes = 16;

std::uint32_t host_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

unsigned network_u16(std::string_view bytes) {
  const auto high = static_cast<unsigned>(static_cast<unsigned char>(bytes[0]));
  return high << 8U | static_cast<unsigned char>(bytes[1]);
}

/// The address that a DHCP server grants in an Ethernet frame (RFC 2131); empty if it holds no
/// acknowledgement.
std::string_view granted_address(std::string_view frame) {
  constexpr std::size_t ip_at = 14;
  constexpr char udp = 17;
  if (frame.size() < ip_at + 20 || frame[ip_at + 9] != udp) return {};
  const auto udp_at = ip_at + 4 * (static_cast<unsigned char>(frame[ip_at]) & 15U);
  constexpr std::size_t options_at = 240;  // behind the magic number
  if (frame.size() < udp_at + 8 + options_at) return {};
  if (network_u16(frame.substr(udp_at)) != 67) return {};
  const auto message = frame.substr(udp_at + 8);
  constexpr char message_type = 53;
  constexpr char acknowledged = 5;
  for (auto i = options_at; i + 2 < message.size() && message[i] != '\xff';) {
    if (message[i] == 0) {  // padding
      ++i;
      continue;
    }
    if (message[i] == message_type) {
      return message[i + 2] == acknowledged ? message.substr(16, 4) : std::string_view{};
    }
    i += 2 + static_cast<unsigned char>(message[i + 1]);
  }
  return {};
}

}  // namespace

void GuestTraffic::note(std::string_view four) {
  if (four.size() != 4 || !address_.empty() || four[0] == 0 || four.starts_with("\xa9\xfe")) {
    return;
  }
  for (const char byte : four) {
    address_ += (address_.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(byte));
  }
}

void GuestTraffic::look_at(std::string_view frame) {
  constexpr std::size_t ethernet_bytes = 14;
  if (frame.size() < ethernet_bytes + 20) return;
  const auto type = network_u16(frame.substr(12));
  const bool from_guest = frame.substr(6, 6) == guest_mac;
  constexpr unsigned ipv4 = 0x0800;
  constexpr unsigned arp = 0x0806;
  if (type == ipv4) note(from_guest ? frame.substr(26, 4) : granted_address(frame));
  if (type == arp && from_guest) note(frame.substr(28, 4));
}

void GuestTraffic::take(std::string_view bytes) {
  if (broken_ || !address_.empty()) return;
  pending_ += bytes;
  std::string_view rest{pending_};
  if (!in_packets_) {
    if (rest.size() < capture_head_bytes) return;
    constexpr std::uint32_t capture_magic = 0xa1b2c3d4;
    broken_ = host_u32(rest) != capture_magic;
    in_packets_ = true;
    rest.remove_prefix(capture_head_bytes);
  }
  while (!broken_ && rest.size() >= packet_head_bytes) {
    const auto size = host_u32(rest.substr(8));
    broken_ = size > limits::captured_bytes_max;
    if (broken_ || rest.size() < packet_head_bytes + size) break;
    look_at(rest.substr(packet_head_bytes, size));
    rest.remove_prefix(packet_head_bytes + size);
  }
  pending_.erase(0, pending_.size() - rest.size());
}

}  // namespace ferry
