// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who runs next, and how a process is born and dies.
#include <algorithm>

#include "simulation/world.hpp"

namespace ferry::sim {
namespace {

constexpr std::size_t actors_swept_at = 64;

bool has_ended(const caf::strong_actor_ptr& actor) {
  const auto* raw = caf::actor_cast<caf::abstract_actor*>(actor);
  return raw == nullptr || raw->getf(caf::abstract_actor::is_terminated_flag);
}

std::string name_of(const caf::strong_actor_ptr& actor) {
  const auto* local = dynamic_cast<caf::local_actor*>(caf::actor_cast<caf::abstract_actor*>(actor));
  return local != nullptr ? local->name() : "unknown";
}

}  // namespace

bool World::run_until(std::int64_t end_us, const std::function<bool()>& done) {
  while (!violation_) {
    if (done()) return true;
    if (scheduler_->has_job()) {
      step();
    } else if (!pass_time(end_us)) {
      break;
    }
  }
  return false;
}

/// Goes to the next timer, of an actor or of the simulator.
bool World::pass_time(std::int64_t end_us) {
  auto& clock = scheduler_->clock();
  const auto& timers = clock.schedule();
  const auto due_us = [&] {
    const auto due = timers.begin()->first.time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(due).count() - start_us_;
  };
  const bool own = !events_.empty() && (timers.empty() || events_.begin()->first.first <= due_us());
  if (!own && timers.empty()) return false;
  if ((own ? events_.begin()->first.first : due_us()) > end_us) return false;
  if (!own) return clock.trigger_timeout();
  auto event = events_.extract(events_.begin());
  const std::chrono::microseconds at{event.key().first + start_us_};
  clock.current_time = std::max(clock.current_time, caf::actor_clock::time_point{at});
  event.mapped()();
  return true;
}

void World::step() {
  auto& jobs = scheduler_->jobs;
  std::swap(jobs.front(), jobs[order_chance_.below(jobs.size())]);
  run_front();
}

void World::run_front() {
  auto& jobs = scheduler_->jobs;
  auto* job = jobs.front();
  auto* process = owner_of(job);
  auto first_new = jobs.size() - 1;
  current_ = process;
  ++steps_;
  scheduler_->try_run_once();
  if (!jobs.empty() && jobs.front() == job) ++first_new;  // it has more to do
  if (process == nullptr) {
    current_ = nullptr;
    return;
  }
  adopt(*process, first_new);
  settle(*process);
  current_ = nullptr;
}

SimulatedProcess* World::owner_of(caf::resumable* job) const {
  const auto* actor = dynamic_cast<caf::scheduled_actor*>(job);
  return actor != nullptr && actor->id() < owners_.size() ? owners_[actor->id()] : nullptr;
}

/// Those that a process spawns are its own; each is runnable at once.
void World::adopt(SimulatedProcess& process, std::size_t first_job) {
  const auto& jobs = scheduler_->jobs;
  for (auto i = first_job; i < jobs.size(); ++i) {
    auto* actor = dynamic_cast<caf::scheduled_actor*>(jobs[i]);
    if (actor == nullptr) continue;
    if (actor->id() >= owners_.size()) owners_.resize(actor->id() + 1, nullptr);
    if (owners_[actor->id()] != nullptr) continue;
    owners_[actor->id()] = &process;
    if (process.actors.size() == process.sweep_at) {
      std::erase_if(process.actors, has_ended);
      process.sweep_at = std::max(actors_swept_at, 2 * process.actors.size());
    }
    process.actors.push_back(caf::actor_cast<caf::strong_actor_ptr>(actor));
  }
}

/// After anything a process did: its frames leave, or it is dead.
void World::settle(SimulatedProcess& process) {
  if (!process.alive) return;
  if (process.dying) return bury(process);
  if (process.root && has_ended(caf::actor_cast<caf::strong_actor_ptr>(process.root))) {
    return crash(process, "its actor tree gave up");
  }
  if (on_step && process.bridge) on_step(process);
}

// -- life and death --------------------------------------------------------------------

SimulatedProcess& World::add_process(std::string name, Role role) {
  processes_.push_back(std::make_unique<SimulatedProcess>());
  auto& process = *processes_.back();
  process.name = std::move(name);
  process.number = static_cast<std::uint32_t>(processes_.size());
  process.role = role;
  return process;
}

SimulatedProcess* World::find_process(const std::string& name) {
  const auto it = std::ranges::find_if(processes_, [&](const auto& p) { return p->name == name; });
  return it != processes_.end() ? it->get() : nullptr;
}

void World::start(SimulatedProcess& process) {
  if (process.alive) return;
  process.alive = true;
  process.dying = false;
  ++process.incarnation;
  note(process.name, "starts");
  if (!process.spawn) return;
  auto* outer = std::exchange(current_, &process);
  const auto first_new = scheduler_->jobs.size();
  process.bridge = Bridge::without_sockets(*system_, {process.name, process.keys, std::nullopt});
  process.root = process.spawn(process);
  adopt(process, first_new);
  current_ = outer;
}

void World::crash(SimulatedProcess& process, std::string_view why) {
  if (!process.alive) return;
  note(process.name, "is killed: " + std::string{why});
  bury(process);
}

/// Destroys what the process had in memory. Destructors run, but nothing they do has an
/// effect, because the process counts as dead already.
void World::bury(SimulatedProcess& process) {
  if (!closing_) ++deaths_;
  process.dying = true;
  auto* outer = std::exchange(current_, &process);
  for (const auto& actor : process.actors) {
    if (!has_ended(actor)) {
      caf::anon_send_exit(caf::actor_cast<caf::actor>(actor), caf::exit_reason::kill);
    }
  }
  auto& jobs = scheduler_->jobs;
  for (;;) {
    const auto job = std::ranges::find_if(jobs, [&](auto* j) { return owner_of(j) == &process; });
    if (job == jobs.end()) break;
    std::swap(*job, jobs.front());
    auto first_new = jobs.size() - 1;
    auto* front = jobs.front();
    scheduler_->try_run_once();
    if (!jobs.empty() && jobs.front() == front) ++first_new;
    adopt(process, first_new);
  }
  for (const auto& actor : process.actors) {
    if (!has_ended(actor)) {
      violate("an actor outlives its killed process: " + name_of(actor));
    }
  }
  process.actors.clear();
  process.root = nullptr;
  process.bridge.reset();
  process.routes.clear();
  process.alive = false;
  current_ = outer;
  if (on_death) on_death(process);
}

}  // namespace ferry::sim
