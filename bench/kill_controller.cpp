// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Kills a real controller again and again while agents send heartbeats and operators
// change jobs, and checks after every restart and at the end that nothing it had
// acknowledged is lost and nothing counts twice. scripts/kill-controller runs it.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include <CLI/CLI.hpp>

#include "actors/controller/job_record.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "bench/load/busy_operator.hpp"
#include "bench/load/fleet.hpp"

namespace {

using namespace ferry;
using namespace ferry::load;
using namespace std::chrono_literals;

constexpr std::uint32_t polls_until_verified = 40;  // about 16 s of copying
constexpr std::uint64_t alive_ms_max = 1500;        // after all was compared
constexpr std::int64_t compared_ms_max = 120'000;
constexpr std::size_t complaints_shown_max = 20;

struct Options {
  std::filesystem::path program;
  std::filesystem::path folder;
  std::uint32_t kills = 200;
  std::size_t agents = 50;
  std::size_t jobs = 20;
  std::size_t operators = 4;
  std::uint64_t seed = 1;
};

using Operators = std::vector<std::unique_ptr<BusyOperator>>;

Operators make_operators(const Options& options, const ControllerProcess& controller,
                         const std::vector<SimulatedNode>& nodes) {
  Operators operators;
  for (std::size_t i = 0; i < options.operators; ++i) {
    std::vector<std::string> sources;
    for (auto k = i; k < options.jobs; k += options.operators) sources.push_back(nodes[k].node);
    operators.push_back(std::make_unique<BusyOperator>(controller.operator_client(),
                                                       std::move(sources), options.seed + i));
  }
  return operators;
}

void compare_all(const Operators& operators, const ControllerProcess& controller) {
  for (const auto& it : operators) it->compare_again();
  const auto begun = steady_ms();
  while (!std::ranges::all_of(operators, [](const auto& it) { return it->compared(); })) {
    if (steady_ms() - begun > compared_ms_max) {
      throw std::runtime_error{"operators get no answers\n" + controller.end_of_log()};
    }
    std::this_thread::sleep_for(5ms);
  }
}

/// Looks into the file itself, with nobody there who could make it look better.
std::vector<std::string> look_into(const std::filesystem::path& file, const Operators& operators,
                                   std::size_t agents) {
  std::vector<std::string> wrong;
  Database database{file};
  Statement check{database, "PRAGMA integrity_check"};
  if (check.bind().step() && check.text(0) != "ok") wrong.push_back("integrity: " + check.text(0));
  Statement sources{database, "SELECT count(*) FROM source"};
  if (sources.bind().step() && sources.integer(0) != static_cast<std::int64_t>(agents)) {
    wrong.push_back(std::to_string(sources.integer(0)) + " source servers are registered");
  }
  Journal journal{database};
  std::set<std::string> names;
  for (const auto& job : journal.jobs()) {
    const auto history = journal.events(job.id);
    if (auto record = replay(job.id, history); !record) wrong.push_back(to_string(record.error()));
    const auto first = history.empty() ? Result<JobEvent>{fail(Errc::internal, "no event")}
                                       : decode_event(history.front());
    const auto* created = first ? std::get_if<JobCreated>(&*first) : nullptr;
    if (created == nullptr || !names.insert(created->wish.name).second) {
      wrong.push_back("job " + job.id + " was made twice or has no beginning");
    }
  }
  for (const auto& it : operators) {
    for (const auto& job : it->jobs()) {
      if (!job.id.empty() && journal.job_of_token(job.client_token) != job.id) {
        wrong.push_back("the creation of job " + job.id + " is lost");
      }
    }
  }
  return wrong;
}

struct Lives {
  std::uint32_t kills = 0;
  double restart_s_max = 0;
};

Lives kill_again_and_again(const Options& options, ControllerProcess& controller, Crowd& crowd,
                           const Operators& operators) {
  Lives lives;
  std::mt19937_64 random{options.seed};
  while (lives.kills < options.kills) {
    compare_all(operators, controller);
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % alive_ms_max});
    controller.kill_9();
    crowd.expect_new_controller();
    controller.start();
    lives.restart_s_max = std::max(lives.restart_s_max, controller.wait_until_it_answers());
    ++lives.kills;
    const auto unhappy =
        std::ranges::any_of(operators, [](const auto& it) { return !it->complaints().empty(); });
    if (unhappy) break;
    if (lives.kills % 20 == 0) std::fprintf(stderr, "kill-controller: %u kills\n", lives.kills);
  }
  return lives;
}

int run(const Options& options) {
  ControllerProcess controller{options.program, options.folder / "kill"};
  controller.start();
  controller.wait_until_it_answers();
  const auto nodes = register_fleet(controller, options.agents, polls_until_verified);
  Crowd crowd{controller.endpoint(), controller.public_key()};
  crowd.start(nodes);
  wait_until_welcomed(crowd, nodes.size());
  const auto operators = make_operators(options, controller, nodes);
  for (const auto& it : operators) it->start();
  const auto lives = kill_again_and_again(options, controller, crowd, operators);
  BusyOperator::Tally all;
  std::vector<std::string> wrong;
  for (const auto& it : operators) {
    it->finish();
    const auto tally = it->tally();
    all.acknowledged += tally.acknowledged;
    all.refused += tally.refused;
    all.unknown += tally.unknown;
    all.events += tally.events;
    all.jobs += tally.jobs;
    for (auto& what : it->complaints()) wrong.push_back(std::move(what));
  }
  if (controller.stop() != 0) wrong.emplace_back("the controller did not end well");
  for (auto& what : look_into(controller.database(), operators, options.agents)) {
    wrong.push_back(std::move(what));
  }
  std::printf(
      "seed %llu: %u kills, %llu jobs, calls: %llu acknowledged, %llu refused, %llu without an "
      "answer; %llu events compared; longest restart %.2f s; lost or doubled: %zu\n",
      static_cast<unsigned long long>(options.seed), lives.kills,
      static_cast<unsigned long long>(all.jobs), static_cast<unsigned long long>(all.acknowledged),
      static_cast<unsigned long long>(all.refused), static_cast<unsigned long long>(all.unknown),
      static_cast<unsigned long long>(all.events), lives.restart_s_max, wrong.size());
  for (std::size_t i = 0; i < std::min(wrong.size(), complaints_shown_max); ++i) {
    std::printf("BROKEN: %s\n", wrong[i].c_str());
  }
  return wrong.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Kills a controller under load; exit code 1 if an acknowledged call is lost"};
  app.add_option("--program", options.program, "Path of edgeferry")->required();
  app.add_option("--folder", options.folder, "For the controller's state")->required();
  app.add_option("--kills", options.kills, "How often")->capture_default_str();
  app.add_option("--agents", options.agents, "Simulated agents")->capture_default_str();
  app.add_option("--jobs", options.jobs, "At a time")->capture_default_str();
  app.add_option("--seed", options.seed, "Of the moments and calls")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (options.jobs < options.operators || options.jobs > options.agents) {
    std::fprintf(stderr, "kill_controller: --jobs is %zu to the number of agents\n",
                 options.operators);
    return 2;
  }
  log::start("kill", log::Level::error);
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kill_controller: %s\n", error.what());
    return 1;
  }
}
