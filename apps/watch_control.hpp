// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a key does in `edgeferry watch`.
#pragma once

#include <cstdint>
#include <optional>

#include "apps/watch_state.hpp"

namespace ferry {

/// Keys that are no character. Characters are their code points.
enum class WatchKey : std::uint32_t {
  none = 0x110000,  // beyond all code points
  up,
  down,
  page_up,
  page_down,
  home,
  end,
  enter,
  escape,
  backspace,
};

struct WatchStep {
  bool quit = false;
  std::optional<WatchOrder> order;  // that was confirmed
};

/// Changes the view. A key without a meaning does nothing.
[[nodiscard]] WatchStep press(char32_t key, const WatchedCluster& cluster, WatchView& view);
[[nodiscard]] inline WatchStep press(WatchKey key, const WatchedCluster& cluster, WatchView& view) {
  return press(static_cast<char32_t>(key), cluster, view);
}

/// Chooses another job if the chosen one is not shown any more.
void keep_choice(const WatchedCluster& cluster, WatchView& view);

}  // namespace ferry
