// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Rents the machine of one job at the provider, and gives it back. Both take minutes: they go on
// beside this actor for as long as somebody asks about them.
#pragma once

#include <string>

#include <caf/all.hpp>

#include "actors/background.hpp"
#include "actors/worker/image_exporter.hpp"
#include "messages/catalogue.hpp"

namespace ferry {

class MachineRenter {
 public:
  static constexpr const char* actor_name = "machine_renter";
  static constexpr bool works_for_one_job = true;

  MachineRenter(caf::event_based_actor* self, WorkerOptions options, std::string job);
  caf::behavior make_behavior();

 private:
  enum class Work { none, rent, release };

  caf::result<MachineStatus> ensure(const EnsureMachine& m);
  caf::result<MachineStatus> release(const ReleaseMachine& m);
  /// True if that is what goes on already.
  [[nodiscard]] bool goes_on(Work work, std::uint64_t epoch);
  [[nodiscard]] MachineStatus status() const;
  [[nodiscard]] MachineStatus look(const EnsureMachine& m) const;

  caf::event_based_actor* self_;
  WorkerOptions options_;
  std::string job_;
  std::string token_;
  std::uint64_t epoch_ = 0;  // of the newest request; older ones are refused
  Work working_ = Work::none;
  Error trouble_;  // of the last release, until one succeeds
  WorkLease lease_;
  Background<Machine> work_;
};

}  // namespace ferry
