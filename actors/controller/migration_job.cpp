// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/migration_job.hpp"

#include "actors/controller/job_plan.hpp"
#include "actors/controller/job_wait.hpp"
#include "actors/controller/source_server.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/simulation.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

struct Tick {
  std::uint64_t generation = 0;
  FERRY_MESSAGE("job.tick", generation)
};

constexpr std::uint32_t restarts_max = 40;  // without any progress, about 15 minutes

/// The public API's words for a call in a wrong state.
Error wrong_status(const JobRecord& record, std::string_view allowed) {
  return {Errc::job_wrong_status,
          "The specified replication job status: " + std::string{status_text(record.state)} +
              " is invalid. This operation can only be performed in the following status: " +
              std::string{allowed} + ".",
          {}};
}
Error wrong_business_status(const JobRecord& record, std::string_view allowed) {
  return {Errc::job_wrong_business_status,
          "The specified business status: " + std::string{business_status_text(record.state)} +
              " of the replication job is invalid. This operation can only be performed in the "
              "following status: " +
              std::string{allowed} + ".",
          {}};
}

std::string how_to_start(JobState state) {
  if (state == JobState::stopped) return "resume";
  return state == JobState::in_error ? "retry" : "start";
}

}  // namespace

MigrationJob::MigrationJob(caf::event_based_actor* self, JobEnvironment environment,
                           JobRecord record)
    : self_(self), environment_(std::move(environment)), record_(std::move(record)) {}

caf::behavior MigrationJob::make_behavior() {
  advance();
  return {[this](const StartJob& m) { return start(m); },
          [this](const PauseJob&) { return pause(); },
          [this](const CancelJob&) { return cancel(); },
          [this](const ModifyJob& m) { return modify(m); },
          [this](const GetJob&) { return view(); },
          [this](const Tick& tick) {
            if (tick.generation == generation_) advance();
          }};
}

// -- commands ------------------------------------------------------------------------

caf::result<JobView> MigrationJob::start(const StartJob& m) {
  const auto how = how_to_start(record_.state);
  if (!next_state(record_.state, JobTrigger::start) || (!m.wanted.empty() && m.wanted != how)) {
    const auto* allowed = m.wanted == "resume"  ? "Stopped"
                          : m.wanted == "retry" ? "InError"
                          : m.wanted == "start" ? "Ready"
                                                : "Ready, Stopped, InError";
    return to_caf(wrong_status(record_, allowed));
  }
  if (record_.error.code == Errc::instance_gone) return to_caf(record_.error);  // F99
  restarts_ = 0;
  return record_and_answer(JobStarted{how});
}

caf::result<JobView> MigrationJob::pause() {
  if (!is_running(record_.state)) return to_caf(wrong_status(record_, "Running"));
  if (!next_state(record_.state, JobTrigger::pause)) {
    return to_caf(wrong_business_status(record_, "Syncing"));
  }
  return record_and_answer(JobPaused{});
}

caf::result<JobView> MigrationJob::cancel() {
  if (!next_state(record_.state, JobTrigger::cancel)) {
    return to_caf(wrong_status(record_, "Ready, Running, Stopped, InError"));
  }
  return record_and_answer(JobCanceled{});
}

caf::result<JobView> MigrationJob::modify(const ModifyJob& m) {
  if (is_final(record_.state) || releasing()) {
    return to_caf(wrong_status(record_, "Ready, Running, Stopped, InError"));
  }
  if (auto done = check_transfer(m.transfer, *environment_.config); !done)
    return to_caf(done.error());
  return record_and_answer(TransferModified{m.transfer});
}

JobView MigrationJob::view() const {
  JobView view;
  view.id = record_.id;
  view.settings = record_.settings;
  view.status = status_text(record_.state);
  view.business_status = business_status_text(record_.state);
  view.epoch = record_.epoch;
  progress_.show(view);
  if (!record_.verified.empty()) view.disks = record_.verified;
  if (record_.state == JobState::finished) view.progress = 100;
  if (!is_running(record_.state)) view.step.clear();
  view.instance = record_.instance_token;
  view.image = record_.image;
  view.image_path = record_.image_path;
  view.image_disks = record_.image_disks;
  view.error_code = static_cast<std::uint16_t>(record_.error.code);
  view.error = record_.error.what;
  view.fix = record_.error.code != Errc::none ? std::string{remedy(record_.error)} : "";
  view.waiting_for = waiting_for_;
  view.created_ms = record_.created_ms;
  view.started_ms = record_.started_ms;
  view.ended_ms = record_.ended_ms;
  return view;
}

// -- what the steps are made of --------------------------------------------------------

void MigrationJob::record(const JobEvent& event, Ledger ledger, std::function<void()> then) {
  const auto at_ms = wall_ms();
  const auto stored = encode_event(record_.last_seq + 1, event, at_ms);
  apply(record_, event, at_ms);
  ++generation_;
  log::info("job event", {{"job", record_.id}, {"event", describe(event)}});
  auto work = [job = record_.id, stored, ledger = std::move(ledger)](Database& database) {
    Journal journal{database};
    journal.append(job, stored);
    if (ledger) ledger(journal);
    return caf::make_message(Done{});
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [then = std::move(then)](const Done&) {
            crash_point("job: an event is durable, not acted on");
            then();
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void MigrationJob::record_and_advance(const JobEvent& event, Ledger ledger) {
  record(event, std::move(ledger), [this, mine = generation_ + 1] { advance_if(mine); });
}

/// An event that came right after this one goes on by itself: two would poll twice.
void MigrationJob::advance_if(std::uint64_t generation) {
  if (generation == generation_) advance();
}

caf::result<JobView> MigrationJob::record_and_answer(const JobEvent& event) {
  auto promise = self_->make_response_promise<JobView>();
  record(event, {}, [this, promise, mine = generation_ + 1]() mutable {
    promise.deliver(view());
    advance_if(mine);
  });
  return promise;
}

/// Finds a live node of this role; without one, tries again later.
void MigrationJob::with_node(const std::string& role,
                             std::function<void(const std::string&)> then) {
  const auto asked_in = generation_;
  self_->request(environment_.nodes, 3s, ListNodes{role, true})
      .then(
          [this, asked_in, role, then = std::move(then)](const NodeList& list) {
            if (asked_in != generation_) return;
            waiting_for_ = list.nodes.empty() ? "a node of role " + role : "";
            if (list.nodes.empty()) return again_in(1s);
            then(list.nodes.front().node);
          },
          [this, asked_in](caf::error&) {
            if (asked_in == generation_) again_in(1s);
          });
}

void MigrationJob::on_silence(const std::string& node, const Error& error) {
  const bool gone = error.code == Errc::timeout || error.code == Errc::unreachable ||
                    error.code == Errc::no_capacity || error.code == Errc::not_found;
  if (!gone && next_state(record_.state, JobTrigger::failed)) return on_failure(error);
  if (!gone)
    log::warning("job is refused and asks again", {{"job", record_.id}, {"why", to_string(error)}});
  if (++silences_ >= 3) waiting_for_ = node;
  progress_.stand_still();
  again_in(poll_backoff(silences_));
}

/// Decides what a failure means: again by itself, or to the user with the fix.
void MigrationJob::on_failure(const Error& error) {
  const bool fenced = error.code == Errc::fenced;  // by our own earlier epoch: take a newer one
  if ((retry_class(error.code) == Retry::transient || fenced) && restarts_ < restarts_max) {
    const auto delay = restart_backoff(restarts_++);
    instance_closed_ = false;
    record(JobRestarted{static_cast<std::uint16_t>(error.code), error.what}, {},
           [this, delay, mine = generation_ + 1] {
             if (mine == generation_) again_in(delay);
           });
    return;
  }
  instance_closed_ = false;
  record_and_advance(
      JobFailed{static_cast<std::uint16_t>(error.code), error.what, std::string{remedy(error)}});
}

void MigrationJob::again_in(std::chrono::milliseconds delay) {
  self_->delayed_send(self_, delay, Tick{generation_});
}

bool MigrationJob::releasing() const {
  return record_.state == JobState::cleaning || record_.state == JobState::deleting;
}

}  // namespace ferry
