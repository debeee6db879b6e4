// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/migration_job.hpp"

#include <algorithm>
#include <utility>

#include "actors/controller/job_costs.hpp"
#include "actors/controller/job_decide.hpp"
#include "actors/controller/job_disks.hpp"
#include "actors/controller/job_layout.hpp"
#include "actors/controller/job_wait.hpp"
#include "actors/controller/source_server.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

struct Tick {
  std::uint64_t generation = 0;
  FERRY_MESSAGE("job.tick", generation)
};

constexpr auto heartbeat_timeout_ms = std::chrono::milliseconds{limits::heartbeat_timeout}.count();
constexpr std::uint32_t restarts_max = 40;  // without any progress, about 15 minutes

}  // namespace

MigrationJob::MigrationJob(caf::event_based_actor* self, JobEnvironment environment,
                           JobRecord record)
    : self_(self), environment_(std::move(environment)), record_(std::move(record)) {
  if (is_running(record_.state)) progress_.go_on();
}

caf::behavior MigrationJob::make_behavior() {
  enrol_machine();
  advance();
  return {[this](const StartJob& m) { return call_with_source(m); },
          [this](const CutOverJob& m) { return call_with_source(m); },
          [this](const PauseJob& m) { return call(m); },
          [this](const CancelJob& m) { return call(m); },
          [this](const DeleteJob& m) { return call(m); },
          [this](const ModifyJob& m) { return modify(m); },
          [this](const AbandonResource& m) { return abandon(m); },
          [this](const JoinMachine& m) { return join(m); },
          [this](const GetJob&) { return show(); },
          [this](const Retire&) { return retire(); },
          [this](const Tick& tick) {
            if (tick.generation == generation_) advance();
          }};
}

// -- commands ------------------------------------------------------------------------

template <class Call>
caf::result<JobView> MigrationJob::call(const Call& m) {
  const auto event = decide(record_, m);
  if (!event) return to_caf(event.error());
  return record_and_answer(*event);
}

template <class Call>
caf::result<JobView> MigrationJob::call_with_source(const Call& m) {
  if (const auto event = decide(record_, m); !event) return to_caf(event.error());
  auto promise = self_->make_response_promise<JobView>();
  with_source(
      [this, m, promise](const SourceView& source) mutable {
        auto event = decide(record_, m);
        if (event) event = check_start(*event, source);
        if (!event) {
          promise.deliver(to_caf(event.error()));
          return;
        }
        restarts_ = 0;
        record_and_deliver(*event, promise);
      },
      [promise](const Error& error) mutable { promise.deliver(to_caf(error)); });
  return promise;
}

/// Its agent looks at it first. What was last known counts if it can't: it is away, or slow.
void MigrationJob::with_source(std::function<void(const SourceView&)> then,
                               std::function<void(const Error&)> failed) {
  const auto& source = record_.settings.source;
  self_->request(environment_.sources, limits::fresh_report_wait + 2s, RefreshSource{source})
      .then([then](const SourceList& list) { then(list.sources.at(0)); },
            [this, source, then, failed](caf::error&) {
              self_->request(environment_.sources, 5s, GetSource{source})
                  .then([then](const SourceState& state) { then(state.view); },
                        [failed](caf::error& error) { failed(from_caf(error)); });
            });
}

/// Whether the source server allows what was decided; what ends a job needs nothing of it but
/// to be there.
Result<JobEvent> MigrationJob::check_start(const JobEvent& event, const SourceView& source) const {
  // Just after its own start the controller can't know yet who is there.
  const bool unknown =
      source.last_seen_ms == 0 && steady_ms() - environment_.started_ms < heartbeat_timeout_ms;
  const auto there = check_available(source, "Available, InUse");
  if (!there && !unknown) return fail(there.error());
  const auto* cut_over = std::get_if<CutOverStarted>(&event);
  if (cut_over != nullptr && !cut_over->sync_data) return event;
  return begin_with(event, source);
}

/// The event, with what the source as it is now adds to it.
Result<JobEvent> MigrationJob::begin_with(const JobEvent& event, const SourceView& source) const {
  if (auto fit = check_findings(source.findings); !fit) return fail(fit.error());
  return with_layout(with_warnings(event, record_, source), record_, source.inventory,
                     environment_.config->limits);
}

caf::result<JobView> MigrationJob::modify(const ModifyJob& m) {
  const auto event = decide(record_, m, *environment_.config, wall_ms());
  if (!event) return to_caf(event.error());
  if (!m.set_layout) return record_and_answer(*event);
  auto promise = self_->make_response_promise<JobView>();
  self_->request(environment_.sources, 5s, GetSource{record_.settings.source})
      .then(
          [this, m, promise](const SourceState& source) mutable {
            auto planned = modify_layout(m, source.view.inventory);
            if (planned) {
              record_and_deliver(*planned, promise);
            } else {
              promise.deliver(to_caf(planned.error()));
            }
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

/// Decided again: what came meanwhile may have changed the job.
Result<JobEvent> MigrationJob::modify_layout(const ModifyJob& m, const Inventory& inventory) const {
  const auto& config = *environment_.config;
  auto event = decide(record_, m, config, wall_ms());
  if (!event) return event;
  JobModified modified{record_.settings};
  if (const auto* all = std::get_if<JobModified>(&*event)) modified = *all;
  if (const auto* part = std::get_if<TransferModified>(&*event)) {
    modified.settings.transfer = part->transfer;
    modified.changes = part->changes;
  }
  modified.changes.push_back({"disks", {}, {}});
  auto planned = with_disks(std::move(modified), m.layout, inventory, config.limits);
  if (!planned) return fail(planned.error());
  return JobEvent{std::move(*planned)};
}

caf::result<Done> MigrationJob::abandon(const AbandonResource& m) {
  const auto event = decide(record_, m);
  if (!event) return to_caf(event.error());
  auto promise = self_->make_response_promise<Done>();
  record(
      *event, [token = m.token](Journal& journal) { journal.abandoned(token); },
      [this, promise, token = m.token, mine = generation_ + 1]() mutable {
        if (token == record_.machine.token) forget_machine();
        promise.deliver(Done{});
        advance_if(mine);
      });
  return promise;
}

caf::result<JobView> MigrationJob::show() {
  auto promise = self_->make_response_promise<JobView>();
  deliver_view(promise);
  return promise;
}

void MigrationJob::deliver_view(caf::typed_response_promise<JobView> promise) {
  if (recording_ > 0) {
    viewers_.push_back(std::move(promise));
  } else {
    promise.deliver(view());
  }
}

caf::result<JobView> MigrationJob::retire() {
  if (!is_final(record_.state) || recording_ > 0) {
    return to_caf({Errc::job_wrong_status, "job " + record_.id + " has work to do", {}});
  }
  self_->quit();
  return view();
}

JobView MigrationJob::view() const {
  auto view = view_of(record_);
  progress_.show(view);
  if (!record_.verified.empty()) view.disks = record_.verified;
  if (record_.state == JobState::finished) view.progress = 100;
  if (!is_running(record_.state)) view.step.clear();
  if (record_.state != JobState::syncing) view.bottleneck.clear();
  add_costs(view, environment_.config->prices, wall_ms());
  view.waiting_for = waiting_for_;
  return view;
}

// -- what the steps are made of --------------------------------------------------------

void MigrationJob::record(const JobEvent& event, Ledger ledger, std::function<void()> then) {
  const auto at_ms = wall_ms();
  const auto stored = encode_event(record_.last_seq + 1, event, at_ms);
  const auto run = record_.run_number;
  apply(record_, event, at_ms);
  if (record_.run_number != run) progress_ = {};
  if (is_progress(event)) moved_ms_ = steady_ms();
  ++generation_;
  ++recording_;
  log::info("job event", {{"job", record_.id}, {"event", describe(event)}});
  auto work = [job = record_.id, stored, ledger = std::move(ledger)](Database& database) {
    Journal journal{database};
    journal.append(job, stored);
    if (ledger) ledger(journal);
    return caf::make_message(Done{});
  };
  crash_point("job: an event is decided, not durable");
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [this, then = std::move(then)](const Done&) {
            crash_point("job: an event is durable, not acted on");
            --recording_;
            if (recording_ == 0) {
              for (auto& viewer : std::exchange(viewers_, {})) viewer.deliver(view());
            }
            then();
          },
          [this](caf::error& error) {
            for (auto& viewer : std::exchange(viewers_, {})) viewer.deliver(error);
            self_->quit(std::move(error));
          });
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
  record_and_deliver(event, promise);
  return promise;
}

void MigrationJob::record_and_deliver(const JobEvent& event,
                                      caf::typed_response_promise<JobView> promise) {
  record(event, {}, [this, promise, mine = generation_ + 1] {
    deliver_view(promise);
    advance_if(mine);
  });
}

/// Finds a live node of this role in the cluster file; without one, tries again later.
void MigrationJob::with_node(const std::string& role,
                             std::function<void(const std::string&)> then) {
  const auto asked_in = generation_;
  self_->request(environment_.nodes, 3s, ListNodes{role, true})
      .then(
          [this, asked_in, role, then = std::move(then)](const NodeList& list) {
            if (asked_in != generation_) return;
            const auto node = std::ranges::find_if_not(
                list.nodes, [](const NodeView& view) { return is_machine_node(view.node); });
            waiting_for_ = node == list.nodes.end() ? "a node of role " + role : "";
            if (node == list.nodes.end()) return again_in(1s);
            then(node->node);
          },
          [this, asked_in](caf::error&) {
            if (asked_in == generation_) again_in(1s);
          });
}

void MigrationJob::on_silence(const std::string& node, const Error& error) {
  const bool gone = is_silence(error) || retry_class(error.code) == Retry::throttled;
  if (!gone && next_state(record_.state, JobTrigger::failed)) return on_failure(error);
  if (!gone)
    log::warning("job is refused and asks again", {{"job", record_.id}, {"why", to_string(error)}});
  if (silences_++ == 0) silent_since_ms_ = steady_ms();
  if (silences_ >= 3) waiting_for_ = node;
  progress_.stand_still();
  if (tell_stalled_release(node, error)) return;
  if (retry_class(error.code) == Retry::throttled) return again_in(throttle_backoff(silences_));
  if (is_on_machine(node, record_.machine.token) && !is_ending(record_.state)) {
    return look_after_machine();
  }
  if (record_.state == JobState::processing && node == record_.worker) {
    return replace_worker_if_gone();
  }
  again_in(poll_backoff(silences_, environment_.silence_pause));
}

/// Decides what a failure means: again by itself, or to the user with the fix.
void MigrationJob::on_failure(const Error& error, const ImageBoot& boot) {
  const auto retry = retry_class(error.code);
  const bool fenced = error.code == Errc::fenced;  // by our own earlier epoch: take a newer one
  const bool again = retry == Retry::transient || retry == Retry::throttled || fenced;
  instance_closed_ = false;
  if (again && restarts_ < restarts_max) {
    const auto delay =
        retry == Retry::throttled ? throttle_backoff(++restarts_) : restart_backoff(restarts_++);
    record(JobRestarted{static_cast<std::uint16_t>(error.code), error.what,
                        progress_.take_unconfirmed()},
           {}, [this, delay, mine = generation_ + 1] {
             if (mine == generation_) again_in(delay);
           });
    return;
  }
  record_and_advance(JobFailed{static_cast<std::uint16_t>(error.code), error.what,
                               std::string{remedy(error)}, record_.holds, boot});
}

void MigrationJob::again_in(std::chrono::milliseconds delay) {
  self_->delayed_send(self_, delay, Tick{generation_});
}

}  // namespace ferry
