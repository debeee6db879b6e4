// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's actors on a real database and a bridge that listens, without any
// other node: what the controller decides by itself.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "actors/controller/migration_job.hpp"
#include "base/limits.hpp"
#include "config/cluster_config.hpp"
#include "messages/job.hpp"
#include "messages/source.hpp"
#include "storage/enrolment.hpp"
#include "storage/journal.hpp"
#include "tests/actors/scratch.hpp"
#include "transport/bridge.hpp"
#include "transport/client.hpp"

namespace ferry::test {

Inventory small_server();
/// The job of an answer that must be one.
JobView must(const Result<JobView>& view);

class Office {
 public:
  Folder folder;
  LiveSystem live;
  ClusterConfig config;
  /// Of jobs that are started later; see JobEnvironment.
  std::chrono::milliseconds answer_time = JobEnvironment{}.answer_time;
  std::chrono::milliseconds silence_pause = JobEnvironment{}.silence_pause;
  KeyPair keys = make_key_pair();
  std::unique_ptr<Bridge> bridge;
  caf::actor store, sources, nodes, janitor, jobs;

  Office();
  ~Office();
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  void start();
  void start_jobs();
  /// `period`: between two looks that it takes by itself.
  void start_janitor(std::chrono::seconds period = std::chrono::hours{1});
  void stop();
  /// As after a crash of the controller.
  void restart();

  /// Runs `work` on the database while no actor has it.
  template <class Work>
  auto with_database(Work work) {
    REQUIRE(!store);
    Database database{file()};
    return work(database);
  }
  /// Registers a source as if it had done so before; returns its id.
  std::string add_source(const std::string& key = make_key_pair().public_key);

  template <class Answer, class Request>
  Result<Answer> ask(const caf::actor& actor, const Request& request,
                     caf::strong_actor_ptr* answered_by = nullptr) {
    return test::ask<Answer>(*live, actor, request, answered_by);
  }
  Result<JobView> job(const std::string& id, caf::strong_actor_ptr* actor = nullptr);
  /// What the agent of this source server does every two seconds.
  void heartbeat_of(const std::string& source);
  /// Asks for a job while the agent of the source server is there.
  Result<JobView> create(const std::string& source, const std::string& token = {},
                         const std::string& name = "web");
  Result<JobView> create(const CreateJob& request);
  std::vector<EventView> events(const std::string& id);
  SourceView source(const std::string& id);
  [[nodiscard]] Client client(const KeyPair& of) const;

 private:
  [[nodiscard]] std::filesystem::path file() const { return folder.path() / "controller.db"; }
};

}  // namespace ferry::test
