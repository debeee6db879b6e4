// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one door through which edgeferry-sim owns a process: its clocks, its chance, its
// log, its threads and its death. In the product there is no simulation, and each
// function below costs one comparison.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/crash_point.hpp"

namespace ferry {

/// What keeps the product right under faults. The simulator can take one away, to prove
/// that its checks would notice.
enum class Protection : std::uint8_t {
  fence,      // requests of an older epoch are refused
  tombstone,  // what was released is never made again
  intent,     // a ledger row is durable before its resource is made
  commit,     // a change is durable before it is acknowledged
  proof,      // a disk is read again where its image is made, and must be as it was proven
};

/// Work that runs beside its owner until the destructor returns.
class SideWork {
 public:
  virtual ~SideWork() = default;
};

class Simulation : public CrashPoints {
 public:
  [[nodiscard]] virtual std::int64_t wall_ms() = 0;
  [[nodiscard]] virtual std::int64_t steady_us() = 0;
  virtual void random(std::span<std::byte> bytes) = 0;
  virtual void log(char level, std::string_view line) = 0;
  /// Begins `work`, which gives way to others in the simulator's own calls only.
  [[nodiscard]] virtual std::unique_ptr<SideWork> beside(std::function<void()> work) = 0;
  [[nodiscard]] virtual bool keeps(Protection protection) = 0;
};

namespace detail {
inline Simulation* simulation = nullptr;
}
/// Null in every product.
[[nodiscard]] inline Simulation* simulation() { return detail::simulation; }
/// For the simulator, before it makes any actor system, and with nullptr after the last.
inline void simulate_with(Simulation* simulation) {
  detail::simulation = simulation;
  crash_with(simulation);
}

/// True unless the simulator runs without this protection.
[[nodiscard]] inline bool keeps(Protection protection) {
  auto* world = simulation();
  return world == nullptr || world->keeps(protection);
}

}  // namespace ferry
