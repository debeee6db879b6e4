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

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/actor_tree.hpp"
#include "actors/controller/job_progress.hpp"
#include "actors/controller/job_record.hpp"
#include "certificate/signing_key.hpp"
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
  /// The longest wait for a moment of the wall clock, which may be set meanwhile.
  std::chrono::milliseconds clock_check = std::chrono::seconds{15};
  /// For an answer of another node, and the longest pause before a silent one is asked again.
  std::chrono::milliseconds answer_time = std::chrono::seconds{3};
  std::chrono::milliseconds silence_pause = std::chrono::seconds{5};
  caf::actor_addr jobs = {};                           // who made the job
  std::int64_t started_ms = 0;                         // steady clock, when that was
  std::shared_ptr<const SigningKey> signing_key = {};  // of certificates; none: none are made
  std::string server_public_key = {};                  // of the controller, for rented machines
};

/// A job tells its maker that nothing is left to be done ...
struct JobRetiring {
  std::string job;
  FERRY_MESSAGE("jobs.retiring", job)
};
/// ... which then asks it to go. Answers JobView and ends, or refuses as job_wrong_status
/// if a call has set it to work again meanwhile.
struct Retire {
  bool now = true;
  FERRY_MESSAGE("job.retire", now)
};

class MigrationJob {
 public:
  static constexpr const char* actor_name = "migration_job";
  static constexpr bool works_for_one_job = true;

  MigrationJob(caf::event_based_actor* self, JobEnvironment environment, JobRecord record);
  caf::behavior make_behavior();

 private:
  // -- commands ----------------------------------------------------------------------
  /// For calls that need nothing but the record.
  template <class Call>
  caf::result<JobView> call(const Call& m);
  /// For calls that need the source server as well: decided again when it is known.
  template <class Call>
  caf::result<JobView> call_with_source(const Call& m);
  void with_source(std::function<void(const SourceView&)> then,
                   std::function<void(const Error&)> failed);
  [[nodiscard]] Result<JobEvent> check_start(const JobEvent& event, const SourceView& source) const;
  [[nodiscard]] Result<JobEvent> begin_with(const JobEvent& event, const SourceView& source) const;
  caf::result<JobView> modify(const ModifyJob& m);
  [[nodiscard]] Result<JobEvent> modify_layout(const ModifyJob& m,
                                               const Inventory& inventory) const;
  caf::result<Done> abandon(const AbandonResource& m);
  caf::result<JobView> show();
  caf::result<JobView> retire();
  [[nodiscard]] JobView view() const;
  /// At once, or as soon as all that it tells is durable: a crash may not take back what
  /// was shown.
  void deliver_view(caf::typed_response_promise<JobView> promise);

  // -- one step for each state -------------------------------------------------------
  void advance();
  bool act_on_clock();
  void begin_when_source_is_there(const JobEvent& event);
  void wait_for_clock();
  void prepare();
  // The machine that holds the instance, where jobs rent theirs; migration_machine.cpp.
  [[nodiscard]] bool cloud_makes_images() const;
  [[nodiscard]] bool needs_machine() const;
  void prepare_machine();
  void rent_machine();
  void wait_for_machine();
  bool machine_is_late();
  void look_after_machine();
  void release_machine(const StoredResource& resource);
  void enrol_machine() const;
  void forget_machine() const;
  caf::result<MachineJoined> join(const JoinMachine& m);
  void sync();
  void process();
  void close_instance();
  void export_image();
  void import_image();
  void stop_copying();
  void clean_up(const std::string& gone = {});
  void clean_up_run(const std::vector<StoredResource>& open);
  void on_released();
  void remove_image(const KeptImage& image);
  void certify();
  void begin_release(const ResourceReleased& resource);
  void release_newest(const std::vector<StoredResource>& rows);
  void release(const StoredResource& resource, const std::string& part);
  void on_gone(const StoredResource& resource, const std::string& part);
  void discard(const StoredResource& resource, const std::string& part, const WorkPlace& place);
  void with_worker_of(const WorkPlace& place, std::function<void(const std::string&)> then);
  void replace_worker_if_gone();
  bool tell_stalled_release(const std::string& node, const Error& error);
  // Whether anything moves; migration_stall.cpp.
  bool tell_standstill();
  bool note_work(const std::string& mark);

  // -- what the steps are made of ----------------------------------------------------
  using Ledger = std::function<void(Journal&)>;
  /// Applies the event, makes it durable together with the ledger change, then calls
  /// `then`. If that fails, this actor ends and is built again from the journal.
  void record(const JobEvent& event, Ledger ledger, std::function<void()> then);
  void record_and_advance(const JobEvent& event, Ledger ledger = {});
  void advance_if(std::uint64_t generation);
  caf::result<JobView> record_and_answer(const JobEvent& event);
  void record_and_deliver(const JobEvent& event, caf::typed_response_promise<JobView> promise);
  /// Asks an actor on another node and drops the answer if the job has moved on since.
  template <Message Answer, Message Request>
  void ask(const std::string& node, const std::string& path, const Request& request,
           std::function<void(const Answer&)> then);
  void with_node(const std::string& role, std::function<void(const std::string&)> then);
  void with_own_node(const std::string& role, std::function<void(const std::string&)> then);
  void on_silence(const std::string& node, const Error& error);
  /// `boot`: the proof that an image was refused for.
  void on_failure(const Error& error, const ImageBoot& boot = {});
  void on_refuted(const Error& error);
  void on_sync_status(const SyncStatus& status);
  void again_in(std::chrono::milliseconds delay);
  [[nodiscard]] EnsureInstance instance_request(bool writable) const;

  caf::event_based_actor* self_;
  JobEnvironment environment_;
  JobRecord record_;
  JobProgress progress_;
  std::uint64_t generation_ = 0;  // changes with every event; older timers and answers are stale
  std::uint32_t recording_ = 0;   // events that aren't durable yet
  std::vector<caf::typed_response_promise<JobView>> viewers_;  // who wait until they are
  std::uint32_t silences_ = 0;                                 // in a row
  std::int64_t silent_since_ms_ = 0;                           // steady clock, of the first of them
  std::uint32_t restarts_ = 0;                                 // since something was achieved
  std::uint64_t achieved_bytes_ = 0;
  std::string waiting_for_;
  std::int64_t moved_ms_ = 0;     // steady clock, when something last did; 0: nothing is to move
  std::string mark_;              // of the work, as it was last told ...
  std::uint64_t mark_epoch_ = 0;  // ... in this epoch
  std::int64_t joining_since_ms_ = 0;  // steady clock; 0: nobody waits for the machine
  std::uint32_t machine_missed_ = 0;   // looks in a row that didn't find it
  bool instance_closed_ = false;       // no data session can write to the disks any more
  std::uint64_t quiet_epoch_ = 0;      // the agent has said that it works on no older one
  ResourceReleased releasing_;         // what is being given back: becomes true once it is gone
};

template <Message Answer, Message Request>
void MigrationJob::ask(const std::string& node, const std::string& path, const Request& request,
                       std::function<void(const Answer&)> then) {
  const auto asked_in = generation_;
  self_->request(environment_.bridge->remote(node, path), environment_.answer_time, request)
      .then(
          [this, asked_in, then = std::move(then)](const Answer& answer) {
            if (asked_in != generation_) return;
            silences_ = 0;
            silent_since_ms_ = 0;
            waiting_for_.clear();
            then(answer);
          },
          [this, asked_in, node](caf::error& error) {
            if (asked_in == generation_) on_silence(node, from_caf(error));
          });
}

}  // namespace ferry
