// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// IPv4 blocks such as "172.16.0.0/12".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ferry::emulator {

struct AddressBlock {
  std::uint32_t first = 0;
  int bits = 32;  // of the mask

  [[nodiscard]] std::uint32_t last() const;
  [[nodiscard]] bool contains(const AddressBlock& other) const;
  [[nodiscard]] bool overlaps(const AddressBlock& other) const;
};
/// Empty unless it is a block whose address has no bit behind the mask.
[[nodiscard]] std::optional<AddressBlock> block_of(const std::string& text);
[[nodiscard]] std::string address_text(std::uint32_t address);

}  // namespace ferry::emulator
