// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Carries out a schedule: strikes when it is time, ends what lasts, and notes what each
// strike did and cost.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "chaos/fault.hpp"
#include "chaos/observer.hpp"
#include "chaos/recovery.hpp"
#include "chaos/report.hpp"
#include "chaos/schedule.hpp"

namespace ferry::chaos {

class Strikes {
 public:
  using Say = std::function<void(const std::string&)>;

  Strikes(const Plan& plan, std::vector<Strike> schedule, World& world, Observer& observer,
          Say say);
  ~Strikes();
  Strikes(const Strikes&) = delete;
  Strikes& operator=(const Strikes&) = delete;

  /// Does what is due now.
  void turn();
  /// Ends whatever lasts, and strikes no more.
  void heal_all();
  [[nodiscard]] std::vector<StrikeReport> reports() const;
  /// What is not undone, for the report.
  [[nodiscard]] const std::vector<std::string>& not_undone() const { return not_undone_; }

 private:
  struct Done {
    StrikeReport report;
    std::unique_ptr<Fault> fault;  // while it lasts
    bool breaks_disks = false;
    std::int64_t heal_at_ms = 0;
    std::int64_t struck_ms = 0;
    Recovery recovery;
  };

  struct Pending {
    Strike strike;
    std::string why;  // it could not be done so far
  };

  /// Returns false if it can't be done now, but perhaps later.
  [[nodiscard]] bool strike(Pending& pending, std::int64_t now_ms);
  void heal(Done& done);
  void restart_clocks(const std::vector<JobWatch>& jobs, std::int64_t now_ms);
  [[nodiscard]] std::int64_t since_start() const;

  const Plan& plan_;
  std::list<Pending> pending_;
  World& world_;
  Observer& observer_;
  Say say_;
  std::list<Done> done_;
  std::vector<std::string> not_undone_;
};

}  // namespace ferry::chaos
