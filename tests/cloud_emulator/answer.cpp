// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/answer.hpp"

#include <algorithm>
#include <cctype>

#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry::emulator {

std::string request_id() {
  auto hex = to_hex(random_bytes(16));
  std::ranges::transform(hex, hex.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const auto at : {8U, 13U, 18U, 23U}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace ferry::emulator
