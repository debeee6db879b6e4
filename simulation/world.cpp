// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Virtual time, fibers, and the product's door. Who runs next is in world_order.cpp.
#include "simulation/world.hpp"

#include "simulation/world_task.hpp"

namespace ferry::sim {
namespace {

constexpr std::int64_t wall_start_ms = 1'800'000'000'000;  // 2027-01-15
constexpr std::int64_t steady_start_us = 3600 * seconds;   // so that 0 means "never" there
constexpr double point_enabled = 0.25;                     // of all runs
constexpr double only_actor = 0.3;                         // fails, not its process
constexpr std::uint32_t hurried_sleeps_max = 10'000;

std::uint64_t digest_of(std::string_view text) {
  std::uint64_t digest = 14695981039346656037ULL;
  for (const char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return digest;
}

}  // namespace

/// Blocking work that an actor has started; its death ends the work.
class World::TaskWork : public SideWork {
 public:
  TaskWork(World& world, std::shared_ptr<Task> task) : world_(world), task_(std::move(task)) {}
  ~TaskWork() override { world_.finish(*task_); }
  TaskWork(const TaskWork&) = delete;
  TaskWork& operator=(const TaskWork&) = delete;

 private:
  World& world_;
  std::shared_ptr<Task> task_;
};

World::World(WorldOptions options)
    : trace(options.trace, options.detailed),
      wire_chance(Chance{options.seed}.stream(1)),
      fault_chance(Chance{options.seed}.stream(2)),
      cloud_chance(Chance{options.seed}.stream(3)),
      work_chance(Chance{options.seed}.stream(4)),
      options_(options),
      order_chance_(Chance{options.seed}.stream(5)),
      id_chance_(Chance{options.seed}.stream(6)),
      point_chance_(Chance{options.seed}.stream(7)) {
  simulate_with(this);
  config_.set("scheduler.policy", caf::atom("testing"));
  config_.set("logger.verbosity", caf::atom("quiet"));
  system_ = std::make_unique<caf::actor_system>(config_);
  system_->await_actors_before_shutdown(false);
  scheduler_ = dynamic_cast<caf::scheduler::test_coordinator*>(&system_->scheduler());
  scheduler_->run();  // CAF's own actors
  start_us_ = now_us();
}

World::~World() {
  close();
  processes_.clear();
  system_.reset();
  simulate_with(nullptr);
}

void World::close() {
  closing_ = true;
  on_death = {};
  on_step = {};
  for (auto& process : processes_) {
    if (process->alive) bury(*process);
  }
  while (!tasks_.empty()) finish(*tasks_.begin()->second);
  events_.clear();
  scheduler_->run();
  scheduler_->clock().cancel_all();
}

// -- time ------------------------------------------------------------------------------

std::int64_t World::now_us() const {
  const auto now = scheduler_->clock().current_time.time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count() - start_us_;
}

void World::after(std::int64_t delay_us, std::function<void()> event) {
  events_.emplace(std::pair{now_us() + delay_us, ++event_count_}, std::move(event));
}

void World::violate(const std::string& what) {
  note("VIOLATION", what);
  if (!violation_) violation_ = Violation{now_us(), what};
}

// -- blocking work ---------------------------------------------------------------------

std::shared_ptr<World::Task> World::make_task(SimulatedProcess& process,
                                              std::function<void()> work) {
  auto task = std::make_shared<Task>(process, std::move(work));
  task->number = ++task_count_;
  tasks_[task->number] = task;
  after(work_chance.between(0, 2 * ms), [this, number = task->number] { wake(number); });
  return task;
}

void World::begin(SimulatedProcess& process, std::function<void()> work) {
  make_task(process, std::move(work));
}

std::unique_ptr<SideWork> World::beside(std::function<void()> work) {
  return std::make_unique<TaskWork>(*this, make_task(*current_, std::move(work)));
}

void World::run(Task& task) {
  if (task.fiber.ended()) return;
  const auto held = tasks_.at(task.number);
  auto* outer_task = std::exchange(task_, &task);
  auto* outer_process = std::exchange(current_, task.process);
  task.fiber.resume();
  task_ = outer_task;
  current_ = outer_process;
  if (task.fiber.ended()) tasks_.erase(task.number);
}

/// Runs it to its end while time stands still, as its owner would wait for it.
void World::finish(Task& task) {
  const auto found = tasks_.find(task.number);
  if (found == tasks_.end()) return;
  const auto held = found->second;  // the end of its work forgets it
  task.hurry = true;
  while (!task.fiber.ended()) {
    run(task);
    if (task.hurried > hurried_sleeps_max) {
      violate("blocking work of " + task.process->name + " goes on after it was told to stop");
      task.abandoned = true;
    }
  }
}

std::uint64_t World::this_fiber() const { return task_ != nullptr ? task_->number : 0; }

void World::wake(std::uint64_t fiber) {
  const auto it = tasks_.find(fiber);
  if (it == tasks_.end()) return;
  const auto task = it->second;
  run(*task);
  settle(*task->process);
}

void World::check_alive() const {
  if (closing_) throw ProcessDied{};
  if (task_ != nullptr) {
    if (task_->abandoned || !task_->process->lives(task_->life)) throw ProcessDied{};
  } else if (current_ != nullptr && (current_->dying || !current_->alive)) {
    throw ProcessDied{};
  }
}

void World::sleep(std::int64_t us) {
  if (task_ == nullptr) return;
  check_alive();
  auto* task = task_;
  if (task->hurry) {
    ++task->hurried;
    if (task->hurried > hurried_sleeps_max) task->fiber.give_way();
  } else {
    const auto nap = ++task->naps;
    after(us, [this, number = task->number, nap] {
      const auto it = tasks_.find(number);
      if (it != tasks_.end() && it->second->naps == nap) wake(number);
    });
    task->fiber.give_way();
    ++task->naps;  // a timer of a nap that was ended early wakes nobody
  }
  check_alive();
}

// -- the product's door ----------------------------------------------------------------

std::int64_t World::wall_ms() { return wall_start_ms + now_us() / ms; }

std::int64_t World::steady_us() { return steady_start_us + now_us(); }

void World::random(std::span<std::byte> bytes) { id_chance_.fill(bytes); }

void World::log(char level, std::string_view line) {
  std::string text{level};
  text.append(" ").append(line);
  note(current_ != nullptr ? std::string_view{current_->name} : "world", text);
}

void World::crash_point(std::string_view name) {
  auto it = crash_points_.find(name);
  if (it == crash_points_.end()) {
    it = crash_points_.emplace(std::string{name}, CrashPoint{}).first;
    it->second.enabled = Chance{options_.seed ^ digest_of(name)}.stream(8).happens(point_enabled);
  }
  auto& point = it->second;
  ++point.visits;
  if (!chaos || !point.enabled || current_ == nullptr || closing_) return;
  check_alive();
  if (!point_chance_.happens(options_.crash_point_probability)) return;
  ++point.fired;
  if (point_chance_.happens(only_actor)) {
    note(current_->name, "fails at crash point '" + std::string{name} + "'");
    throw std::runtime_error{"crash point '" + std::string{name} + "'"};
  }
  note(current_->name, "dies at crash point '" + std::string{name} + "'");
  current_->dying = true;
  throw ProcessDied{};
}

bool World::keeps(Protection protection) { return options_.without != protection; }

}  // namespace ferry::sim
