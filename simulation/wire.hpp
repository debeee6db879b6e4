// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Carries the frames of the simulated processes' bridges and clients, as badly as it is
// told to. Who a frame comes from follows from the sender's key, as on a CURVE link.
#pragma once

#include <string>
#include <unordered_map>

#include "simulation/world.hpp"

namespace ferry::sim {

/// Probabilities for each frame.
struct WireFaults {
  double drop = 0;
  double duplicate = 0;  // the second copy comes any time up to `delay_max`
  double delay = 0;      // by up to `delay_max`; those behind it wait, unless ...
  double reorder = 0;    // ... they overtake
  double corrupt = 0;    // one byte; the link notices, the frame is lost
  std::int64_t delay_max_us = 0;
};

struct WireCounters {
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t corrupted = 0;
};

class SimulatedWire {
 public:
  explicit SimulatedWire(World& world) : world_(world) {}

  WireFaults faults;

  /// Takes what the process's bridge wants sent.
  void drain(SimulatedProcess& process);
  void send_from_client(SimulatedProcess& from, std::uint64_t client, SimulatedProcess& to,
                        std::string bytes);
  /// Loses everything from one process to the other until this time.
  void cut(const SimulatedProcess& from, const SimulatedProcess& to, std::int64_t until_us);
  /// Holds everything back until this time, in order.
  void clog(const SimulatedProcess& from, const SimulatedProcess& to, std::int64_t until_us);
  void heal();
  [[nodiscard]] bool is_cut(const SimulatedProcess& from, const SimulatedProcess& to) const;
  /// The time that one message of the data plane takes now, at least.
  [[nodiscard]] std::int64_t data_delay_us();
  [[nodiscard]] const WireCounters& counters() const { return counters_; }

 private:
  struct Flight {
    SimulatedProcess* from = nullptr;
    SimulatedProcess* to = nullptr;
    std::uint64_t from_life = 0;
    std::uint64_t to_life = 0;
    std::uint64_t client = 0;
    bool to_listener = false;  // the receiving end is the one that others connect to
    bool survives = false;     // the death of its sender
    std::string bytes;
  };
  struct LinkState {
    std::int64_t last_arrival_us = 0;
    std::int64_t cut_until_us = 0;
    std::int64_t clogged_until_us = 0;
  };

  void send(Flight flight);
  void schedule(Flight flight, std::int64_t delay_us, bool in_order);
  void arrive(Flight& flight);
  void corrupt(Flight& flight);
  void note(const Flight& flight, std::string_view what);
  LinkState& link(const SimulatedProcess& from, const SimulatedProcess& to);

  World& world_;
  WireCounters counters_;
  static std::uint64_t key_of(const SimulatedProcess& from, const SimulatedProcess& to) {
    return std::uint64_t{from.number} << 32 | to.number;
  }
  std::unordered_map<std::uint64_t, LinkState> links_;
};

}  // namespace ferry::sim
