// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What one operator was told of one job, to be held against what the controller knows
// later: nothing that was acknowledged or shown may be gone, and no call may count twice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "messages/job.hpp"

namespace ferry::load {

struct JobMemory {
  std::string name;
  std::string client_token;
  std::string id;       // empty: its creation was not acknowledged
  bool ended = false;   // its history says so
  bool broken = false;  // a comparison failed; what follows would be the same again

  struct Calls {
    std::uint64_t acknowledged = 0;
    std::uint64_t unknown = 0;  // without an answer: it counts or it doesn't
  };
  std::map<std::string, Calls, std::less<>> calls;  // by the event that such a call makes
  std::vector<EventView> seen;                      // as far as the history was shown

  /// Returns what `history`, the whole of it, contradicts; then it is what was shown.
  [[nodiscard]] std::vector<std::string> compare(std::vector<EventView> history);
};

}  // namespace ferry::load
