// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/migrate_servers.hpp"

#include "simulation/client.hpp"

namespace ferry::sim {
namespace {

constexpr std::int64_t answer_timeout_us = 5 * seconds;
constexpr std::uint32_t retries_max = 8;  // then an operator gives the job up

}  // namespace

/// What one operator does about one server; runs in a fiber.
class MigrateServers::Script {
 public:
  Script(MigrateServers& all, const Workload& workload, SimulatedProcess& agent)
      : world_(all.cluster_.world),
        cluster_(all.cluster_),
        checks_(all.checks_),
        workload_(workload),
        agent_(agent),
        client_(world_, cluster_.wire, *cluster_.operator_, *cluster_.controller) {}

  void run() {
    world_.sleep(chance().between(0, static_cast<std::int64_t>(workload_.start_within_s * 1e6)));
    for (std::uint32_t round = 1;; ++round) {
      const bool finished = migrate(agent_.name + "-" + std::to_string(round));
      if (finished || !chance().happens(workload_.again)) return;
    }
  }

 private:
  Chance& chance() { return world_.work_chance; }
  void pause_between(std::int64_t min_us, std::int64_t max_us) {
    world_.sleep(chance().between(min_us, max_us));
  }

  /// Returns whether the job finished, as opposed to being canceled.
  bool migrate(const std::string& token) {
    create(token);
    will_cancel_ = chance().happens(workload_.cancel);
    cancel_at_us_ = world_.now_us() + chance().between(0, 20 * seconds);
    will_pause_ = chance().happens(workload_.pause);
    will_modify_ = chance().happens(workload_.modify);
    retries_ = 0;
    for (;;) {
      auto view = client_.ask<JobView>("jobs", GetJob{job_}, answer_timeout_us);
      if (!view && view.error().code == Errc::not_found) return false;  // it was deleted
      if (view && (view->status == "Finished" || view->status == "Deleted")) {
        return view->status == "Finished";
      }
      if (view) meddle(*view);
      pause_between(500 * ms, 4 * seconds);
    }
  }

  void create(const std::string& token) {
    CreateJob request{token, {}};
    request.settings.source = agent_.name;
    request.settings.name = "web-" + token;  // jobs of one name would come one after the other
    for (;;) {
      auto made = client_.ask<JobView>("jobs", request, answer_timeout_us);
      if (made) {
        job_ = made->id;
        return checks_.on_acknowledged({"create", job_, made->epoch});
      }
      pause_between(500 * ms, 2 * seconds);
    }
  }

  void meddle(const JobView& view) {
    if (will_cancel_ && world_.now_us() >= cancel_at_us_) {
      will_cancel_ = !command("cancel", CancelJob{job_});
    } else if (view.status == "Ready" || view.status == "Stopped") {
      command("start", StartJob{job_, {}});
    } else if (view.status == "InError") {
      pause_between(0, 3 * seconds);
      if (++retries_ > retries_max || !command("start", StartJob{job_, {}})) give_up();
    } else if (view.business_status == "Syncing" && will_pause_) {
      will_pause_ = !command("pause", PauseJob{job_});
      if (!will_pause_) pause_between(0, 20 * seconds);
    } else if (view.business_status == "Syncing" && will_modify_) {
      auto transfer = view.settings.transfer;
      transfer.bandwidth_mbps = static_cast<std::uint64_t>(chance().between(200, 2000));
      will_modify_ = !command("modify", ModifyJob{job_, transfer});
    }
  }

  /// A job whose instance is lost can't be retried (F99), and one that fails again and
  /// again is not worth it.
  void give_up() {
    auto view = client_.ask<JobView>("jobs", GetJob{job_}, answer_timeout_us);
    if (view && view->status == "InError") command("cancel", CancelJob{job_});
  }

  template <class Command>
  bool command(const std::string& what, const Command& request) {
    auto done = client_.ask<JobView>("jobs", request, answer_timeout_us);
    if (done) checks_.on_acknowledged({what, job_, done->epoch});
    return done.has_value();
  }

  World& world_;
  Cluster& cluster_;
  Checks& checks_;
  const Workload& workload_;
  SimulatedProcess& agent_;
  SimulatedClient client_;
  std::string job_;
  bool will_cancel_ = false;
  bool will_pause_ = false;
  bool will_modify_ = false;
  std::int64_t cancel_at_us_ = 0;
  std::uint32_t retries_ = 0;
};

MigrateServers::MigrateServers(Cluster& cluster, Checks& checks, const Scenario& scenario)
    : cluster_(cluster), checks_(checks), scenario_(scenario) {}

void MigrateServers::start() {
  std::size_t number = 0;
  for (const auto& workload : scenario_.workloads) {
    for (std::uint32_t i = 0; i < workload.servers; ++i) {
      auto* agent = cluster_.agents.at(number++);
      ++busy_;
      cluster_.world.begin(*cluster_.operator_, [this, &workload, agent] {
        Script{*this, workload, *agent}.run();
        --busy_;
      });
    }
  }
}

}  // namespace ferry::sim
