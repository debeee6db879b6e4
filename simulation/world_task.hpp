// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Blocking work in a fiber. Private to world*.cpp.
#pragma once

#include "simulation/world.hpp"

namespace ferry::sim {

struct World::Task {
  Task(SimulatedProcess& owner, std::function<void()> work)
      : process(&owner), life(owner.incarnation), fiber([w = std::move(work)] {
          try {
            w();
          } catch (const ProcessDied&) {
            // Its process is gone, and so is the work.
          }
        }) {}

  std::uint64_t number = 0;
  SimulatedProcess* process;
  std::uint64_t life;  // of the process
  std::uint64_t naps = 0;
  bool hurry = false;  // its owner waits for its end: sleeping takes no time
  bool abandoned = false;
  std::uint32_t hurried = 0;
  Fiber fiber;
};

}  // namespace ferry::sim
