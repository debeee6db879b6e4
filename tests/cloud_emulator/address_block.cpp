// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/address_block.hpp"

#include <array>
#include <charconv>

#include <arpa/inet.h>

namespace ferry::emulator {

std::uint32_t AddressBlock::last() const {
  return bits == 32 ? first : first | (0xFFFFFFFFU >> static_cast<unsigned>(bits));
}

bool AddressBlock::contains(const AddressBlock& other) const {
  return first <= other.first && other.last() <= last();
}

bool AddressBlock::overlaps(const AddressBlock& other) const {
  return first <= other.last() && other.first <= last();
}

std::optional<AddressBlock> block_of(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  AddressBlock block;
  in_addr address{};
  if (::inet_pton(AF_INET, text.substr(0, slash).c_str(), &address) != 1) return std::nullopt;
  block.first = ntohl(address.s_addr);
  const auto [end, error] =
      std::from_chars(text.data() + slash + 1, text.data() + text.size(), block.bits);
  if (error != std::errc{} || end != text.data() + text.size() || block.bits < 1 ||
      block.bits > 32) {
    return std::nullopt;
  }
  const auto behind = block.bits == 32 ? 0U : 0xFFFFFFFFU >> static_cast<unsigned>(block.bits);
  if ((block.first & behind) != 0) return std::nullopt;
  return block;
}

std::string address_text(std::uint32_t address) {
  const in_addr wire{htonl(address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &wire, text.data(), text.size());
  return text.data();
}

}  // namespace ferry::emulator
