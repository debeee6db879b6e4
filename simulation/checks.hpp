// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What must be true at any time, and what at the end. The checks see what is committed,
// what exists at the provider and what operators were told, and nothing of the actors.
#pragma once

#include <map>
#include <string>

#include "actors/controller/job_record.hpp"
#include "simulation/database_watch.hpp"
#include "simulation/provider.hpp"

namespace ferry::sim {

/// A command that an operator was told has succeeded.
struct Acknowledged {
  std::string what;  // create, start, pause, cancel or modify
  std::string job;
  std::uint64_t epoch = 0;
};

class Checks : public CommitListener, public ProviderWatch {
 public:
  /// `quiet_after_us`: so long after a pause or cancel a job may still send data.
  Checks(World& world, Provider& provider, std::int64_t quiet_after_us);

  // -- at any time ---------------------------------------------------------------------
  void on_event(const std::string& job, const StoredEvent& event) override;
  void on_resource(const StoredResource& resource) override;
  void on_cluster_event(const std::string& kind, const std::string& text) override;
  void on_made(const std::string& kind, const std::string& name, const std::string& job) override;
  void on_write(const InstanceState& instance, std::uint64_t epoch) override;
  void on_image(const EnsImage& image) override;
  void on_acknowledged(const Acknowledged& command);

  // -- at the end ------------------------------------------------------------------------
  void check_end();

  [[nodiscard]] const std::map<std::string, JobRecord>& jobs() const { return jobs_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  void check_released(const StoredResource& resource, ResourceState before);
  void check_acknowledged(const Acknowledged& command);
  void check_images();
  void check_leftovers();
  [[nodiscard]] bool may_exist(const std::string& kind, const std::string& name) const;

  World& world_;
  Provider& provider_;
  std::int64_t quiet_after_us_;
  DatabaseWatch watch_;
  std::uint64_t events_ = 0;
  std::map<std::string, JobRecord> jobs_;
  std::map<std::string, std::int64_t> state_since_us_;
  std::map<std::string, std::uint64_t> modifications_;  // committed, by job
  std::map<std::string, std::uint64_t> modifications_acknowledged_;
  std::map<std::string, StoredResource> resources_;        // by token
  std::map<std::string, std::vector<std::string>> parts_;  // by token, in the order of intents
  std::map<std::string, std::uint32_t> images_made_;       // by token of the import
  std::vector<Acknowledged> acknowledged_;
};

}  // namespace ferry::sim
