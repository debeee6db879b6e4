// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One migration job: the state machine that takes a source server through
// transition instance, copying, export and import to an ENS image. It is the only
// writer of its history. Its rules:
//
// - A command is decided against the record, journalled, and only then answered and
//   acted on.
// - What to do next follows from the state alone (`advance`), so starting, resuming
//   and recovering after a crash run the same code.
// - Work on other nodes is asked for as a state to be reached, again and again, until
//   the answer says that it is. No answer that is lost or late can do harm.
#pragma once

#include <functional>
#include <string>

#include <caf/all.hpp>

#include "actors/actor_tree.hpp"
#include "actors/controller/job_progress.hpp"
#include "actors/controller/job_record.hpp"
#include "config/cluster_config.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry {

/// What every job needs of its controller.
struct JobEnvironment {
  const ClusterConfig* config = nullptr;
  Bridge* bridge = nullptr;
  caf::actor store;
  caf::actor nodes;
  caf::actor sources;
  Branch branch = {};  // of the jobs in the tree of this process
};

class MigrationJob {
 public:
  static constexpr const char* actor_name = "migration_job";

  MigrationJob(caf::event_based_actor* self, JobEnvironment environment, JobRecord record);
  caf::behavior make_behavior();

 private:
  // -- commands ----------------------------------------------------------------------
  caf::result<JobView> start(const StartJob& m);
  caf::result<JobView> pause();
  caf::result<JobView> cancel();
  caf::result<JobView> modify(const ModifyJob& m);
  [[nodiscard]] JobView view() const;

  // -- one step for each state -------------------------------------------------------
  void advance();
  void prepare();
  void sync();
  void process();
  void close_instance();
  void export_image();
  void import_image();
  void stop_copying();
  void clean_up();
  void release(const StoredResource& resource);

  // -- what the steps are made of ----------------------------------------------------
  using Ledger = std::function<void(Journal&)>;
  /// Applies the event, makes it durable together with the ledger change, then calls
  /// `then`. If that fails, this actor ends and is built again from the journal.
  void record(const JobEvent& event, Ledger ledger, std::function<void()> then);
  void record_and_advance(const JobEvent& event, Ledger ledger = {});
  void advance_if(std::uint64_t generation);
  caf::result<JobView> record_and_answer(const JobEvent& event);
  /// Asks an actor on another node and drops the answer if the job has moved on since.
  template <Message Answer, Message Request>
  void ask(const std::string& node, const std::string& path, const Request& request,
           std::function<void(const Answer&)> then);
  void with_node(const std::string& role, std::function<void(const std::string&)> then);
  void on_silence(const std::string& node, const Error& error);
  void on_failure(const Error& error);
  void on_sync_status(const SyncStatus& status);
  void again_in(std::chrono::milliseconds delay);
  [[nodiscard]] bool releasing() const;
  [[nodiscard]] EnsureInstance instance_request(bool writable) const;

  caf::event_based_actor* self_;
  JobEnvironment environment_;
  JobRecord record_;
  JobProgress progress_;
  std::uint64_t generation_ = 0;  // changes with every event; older timers and answers are stale
  std::uint32_t silences_ = 0;    // in a row
  std::uint32_t restarts_ = 0;    // since something was achieved
  std::uint64_t achieved_bytes_ = 0;
  std::string waiting_for_;
  bool instance_closed_ = false;  // no data session can write to the disks any more
};

template <Message Answer, Message Request>
void MigrationJob::ask(const std::string& node, const std::string& path, const Request& request,
                       std::function<void(const Answer&)> then) {
  const auto asked_in = generation_;
  self_->request(environment_.bridge->remote(node, path), std::chrono::seconds{3}, request)
      .then(
          [this, asked_in, then = std::move(then)](const Answer& answer) {
            if (asked_in != generation_) return;
            silences_ = 0;
            waiting_for_.clear();
            then(answer);
          },
          [this, asked_in, node](caf::error& error) {
            if (asked_in == generation_) on_silence(node, from_caf(error));
          });
}

}  // namespace ferry
