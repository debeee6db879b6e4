// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include <doctest/doctest.h>

#include "base/random.hpp"
#include "boot/guest_traffic.hpp"

using namespace ferry;
using namespace std::string_literals;

namespace {

std::string u32(std::uint32_t value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

const std::string head = u32(0xa1b2c3d4) + std::string(20, '\0');

std::string packet(const std::string& frame) {
  const auto size = static_cast<std::uint32_t>(frame.size());
  return u32(0) + u32(0) + u32(size) + u32(size) + frame;
}

const std::string guest{guest_mac};
const std::string other = "\x52\x55\x0a\x00\x02\x02"s;

std::string arp(const std::string& from, const std::string& sender) {
  return std::string(6, '\xff') + from + "\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01"s + from +
         sender + std::string(10, '\0');
}

/// An answer of a DHCP server; type 2 is an offer, 5 an acknowledgement.
std::string dhcp(char type) {
  auto ip = "\x45"s + std::string(8, '\0') + "\x11"s + std::string(2, '\0') + "\x0a\x00\x02\x02"s +
            "\xff\xff\xff\xff"s;
  const auto udp = "\x00\x43\x00\x44\x00\x00\x00\x00"s;
  auto message = std::string(236, '\0') + "\x63\x82\x53\x63"s + "\x00\x35\x01"s + type + "\xff"s;
  message.replace(16, 4, "\x0a\x00\x02\x0f"s);
  return std::string(6, '\xff') + other + "\x08\x00"s + ip + udp + message;
}

std::string address_after(const std::string& bytes) {
  GuestTraffic traffic;
  for (const char c : bytes) traffic.take({&c, 1});
  return traffic.address();
}

}  // namespace

TEST_CASE("a guest's network is up when it speaks with an address of its own") {
  const auto probe = packet(arp(guest, "\x00\x00\x00\x00"s));
  const auto router = packet(arp(other, "\x0a\x00\x02\x02"s));
  const auto alone = packet(arp(guest, "\xa9\xfe\x01\x02"s));
  CHECK(address_after(head + probe + router + alone) == "");
  CHECK(address_after(head + probe + packet(arp(guest, "\xc0\xa8\x01\x05"s))) == "192.168.1.5");
}

TEST_CASE("a guest's network is up when a DHCP server has granted an address, not when offered") {
  CHECK(address_after(head + packet(dhcp(2))) == "");
  CHECK(address_after(head + packet(dhcp(2)) + packet(dhcp(5))) == "10.0.2.15");
}

TEST_CASE("frames that are cut or made up are read as far as they go") {
  const auto whole = packet(dhcp(5));
  for (std::size_t size = 0; size < whole.size() - 16; ++size) {
    address_after(head + packet(dhcp(5).substr(0, size)));
  }
  CHECK(address_after(std::string(24, 'x') + whole) == "");
  CHECK(address_after(head + u32(0) + u32(0) + u32(0xffffffff) + whole) == "");
  for (int i = 0; i < 2000; ++i) {
    GuestTraffic traffic;
    traffic.take(head + packet(random_bytes(80)) + packet(random_bytes(400)));
  }
}
