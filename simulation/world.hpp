// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One run: virtual time, the order of all events, the processes and their deaths. All of
// it is one thread, and everything that could go one way or the other follows from the
// seed. Runs the product through the door of base/simulation.hpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "base/simulation.hpp"
#include "simulation/chance.hpp"
#include "simulation/fiber.hpp"
#include "simulation/process.hpp"
#include "simulation/trace.hpp"

namespace ferry::sim {

inline constexpr std::int64_t ms = 1000;  // virtual time counts microseconds
inline constexpr std::int64_t seconds = 1000 * ms;

/// A promise of the product that was broken: the run ends here.
struct Violation {
  std::int64_t at_us = 0;
  std::string what;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  std::optional<Protection> without;
  double crash_point_probability = 0;  // of each visit to an enabled point
  std::ostream* trace = nullptr;       // gets every line
  bool detailed = false;               // lines for frames, too
};

/// What happened at a named crash point.
struct CrashPoint {
  bool enabled = false;
  std::uint64_t visits = 0;
  std::uint64_t fired = 0;
};

class World : public Simulation {
 public:
  explicit World(WorldOptions options);
  ~World() override;
  /// Kills all processes and ends all work; before what they use goes away.
  void close();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // -- time and order ----------------------------------------------------------------
  [[nodiscard]] std::int64_t now_us() const;
  /// Calls `event` in virtual time.
  void after(std::int64_t delay_us, std::function<void()> event);
  /// Runs events until `done` or until this time; returns whether it was `done`.
  bool run_until(std::int64_t end_us, const std::function<bool()>& done);

  // -- processes ---------------------------------------------------------------------
  SimulatedProcess& add_process(std::string name, Role role);
  [[nodiscard]] SimulatedProcess* find_process(const std::string& name);
  [[nodiscard]] const std::vector<std::unique_ptr<SimulatedProcess>>& processes() const {
    return processes_;
  }
  void start(SimulatedProcess& process);
  /// Ends it as kill -9 would: nothing in memory survives, no handler runs.
  void crash(SimulatedProcess& process, std::string_view why);
  /// Called after each step of a process: its frames are taken from its bridge.
  std::function<void(SimulatedProcess&)> on_step;
  /// Called after each death; the launcher lives here.
  std::function<void(SimulatedProcess&)> on_death;

  // -- blocking work -------------------------------------------------------------------
  /// Runs `work` in a fiber of the process until it ends or the process dies.
  void begin(SimulatedProcess& process, std::function<void()> work);
  /// Gives way for this long; outside a fiber it does nothing. Throws ProcessDied.
  void sleep(std::int64_t us);
  /// The number of the fiber that runs now, for `wake`; 0 outside.
  [[nodiscard]] std::uint64_t this_fiber() const;
  /// Ends a fiber's sleep now.
  void wake(std::uint64_t fiber);
  /// Throws ProcessDied if the process that runs now is dead.
  void check_alive() const;
  [[nodiscard]] SimulatedProcess* current() const { return current_; }

  // -- the product's door ----------------------------------------------------------------
  [[nodiscard]] std::int64_t wall_ms() override;
  [[nodiscard]] std::int64_t steady_us() override;
  void random(std::span<std::byte> bytes) override;
  void log(char level, std::string_view line) override;
  [[nodiscard]] std::unique_ptr<SideWork> beside(std::function<void()> work) override;
  void crash_point(std::string_view name) override;
  [[nodiscard]] bool keeps(Protection protection) override;

  /// Faults may happen now.
  bool chaos = false;
  Trace trace;
  Chance wire_chance, fault_chance, cloud_chance, work_chance;

  void note(std::string_view who, std::string_view what) { trace.note(now_us(), who, what); }
  /// Reports a broken promise; the run ends after this step.
  void violate(const std::string& what);
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  [[nodiscard]] const std::map<std::string, CrashPoint, std::less<>>& crash_points() const {
    return crash_points_;
  }
  [[nodiscard]] caf::actor_system& system() { return *system_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] std::uint64_t deaths() const { return deaths_; }

 private:
  struct Task;
  class TaskWork;

  bool pass_time(std::int64_t end_us);
  void step();
  void run_front();
  void bury(SimulatedProcess& process);
  void adopt(SimulatedProcess& process, std::size_t first_job);
  [[nodiscard]] SimulatedProcess* owner_of(caf::resumable* job) const;
  void settle(SimulatedProcess& process);
  std::shared_ptr<Task> make_task(SimulatedProcess& process, std::function<void()> work);
  void run(Task& task);
  void finish(Task& task);

  WorldOptions options_;
  Chance order_chance_, id_chance_, point_chance_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  std::int64_t start_us_ = 0;
  /// By time, and those of one time in the order they were made.
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> events_;
  std::uint64_t event_count_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t deaths_ = 0;
  std::vector<std::unique_ptr<SimulatedProcess>> processes_;
  std::vector<SimulatedProcess*> owners_;  // by actor id
  SimulatedProcess* current_ = nullptr;
  std::map<std::uint64_t, std::shared_ptr<Task>> tasks_;  // that have not ended
  std::uint64_t task_count_ = 0;
  Task* task_ = nullptr;  // that runs now
  bool closing_ = false;
  std::map<std::string, CrashPoint, std::less<>> crash_points_;
  std::optional<Violation> violation_;
};

}  // namespace ferry::sim
