// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/jobs.hpp"

#include <algorithm>

#include "actors/controller/gather.hpp"
#include "actors/controller/job_plan.hpp"
#include "actors/controller/job_wait.hpp"
#include "actors/controller/store.hpp"
#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/simulation.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t events_per_answer = 1000;

struct LoadJob {
  std::string job;
  FERRY_MESSAGE("jobs.load", job)
};

struct LoadedJobs {
  using local_message = void;
  std::vector<std::pair<std::string, std::vector<StoredEvent>>> jobs;
};

struct KnownJob {
  using local_message = void;
  std::string id;  // empty: the client token is new
};

}  // namespace

Jobs::Jobs(caf::event_based_actor* self, JobEnvironment environment)
    : self_(self), environment_(std::move(environment)) {
  self_->set_down_handler([this](caf::down_msg& down) { on_down(down); });
}

/// However it ended, its successor makes its own actors: two would work on one job.
Jobs::~Jobs() {
  for (const auto& [id, job] : jobs_) caf::anon_send_exit(job, caf::exit_reason::kill);
}

caf::behavior Jobs::make_behavior() {
  load({});
  return {[this](const CreateJob& m) { return create(m); },
          [this](const StartJob& m) { return pass_on(m); },
          [this](const PauseJob& m) { return pass_on(m); },
          [this](const CancelJob& m) { return pass_on(m); },
          [this](const ModifyJob& m) { return pass_on(m); },
          [this](const GetJob& m) { return pass_on(m); },
          [this](const ListJobs& m) { return list(m); },
          [this](const ListEvents& m) { return events(m); },
          [this](const LoadJob& m) { load(m.job); }};
}

/// Reads histories (of one job, or of all) before any other message is handled.
void Jobs::load(const std::string& only_job) {
  auto work = [only_job](Database& database) {
    Journal journal{database};
    LoadedJobs loaded;
    for (const auto& job : journal.jobs()) {
      if (only_job.empty() || job.id == only_job)
        loaded.jobs.emplace_back(job.id, journal.events(job.id));
    }
    return caf::make_message(std::move(loaded));
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .await(
          [this](const LoadedJobs& loaded) {
            for (const auto& entry : loaded.jobs) start_job(entry.first, entry.second);
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void Jobs::start_job(const std::string& id, const std::vector<StoredEvent>& events) {
  auto record = replay(id, events);
  if (!record) {
    log::error("job can't be read from the journal",
               {{"job", id}, {"why", to_string(record.error())}});
    return;
  }
  if (record->last_seq == 0 || record->state == JobState::deleted) {
    jobs_.erase(id);  // its actor may have failed right after its last event
    return;
  }
  // From here and not from the job's actor, so that it comes before any claim for a new job.
  if (!is_final(record->state)) {
    caf::anon_send(environment_.sources, ClaimSource{record->settings.source, id});
  }
  auto job = spawn_actor<MigrationJob>(*self_, environment_, std::move(*record));
  self_->monitor(job);
  jobs_[id] = job;
  environment_.branch.started(id, "permanent");
}

void Jobs::on_down(const caf::down_msg& down) {
  for (const auto& [id, job] : jobs_) {
    if (job.address() != down.source) continue;
    const auto why = to_string(from_caf(down.reason));
    log::error("job actor failed", {{"job", id}, {"why", why}});
    environment_.branch.ended(id, "waiting", why);
    self_->delayed_send(self_, restart_backoff(failures_[id]++), LoadJob{id});
    return;
  }
}

/// Claims the source first: it can have one unfinished job only, and the claim is
/// what decides between two wishes at the same time.
caf::result<JobView> Jobs::create(const CreateJob& m) {
  auto promise = self_->make_response_promise<JobView>();
  const auto refuse = [promise](caf::error& error) mutable { promise.deliver(std::move(error)); };
  auto known = [token = m.client_token](Database& database) {
    return caf::make_message(KnownJob{token.empty() ? "" : Journal{database}.job_of_token(token)});
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(known)})
      .then(
          [this, m, promise, refuse](const KnownJob& job) mutable {
            if (!job.id.empty()) return answer_view(job.id, promise);
            const auto id = random_id("j");
            self_->request(environment_.sources, 5s, ClaimSource{m.settings.source, id})
                .then([this, m, id,
                       promise](const SourceState& source) { plan(m, id, source, promise); },
                      refuse);
          },
          refuse);
  return promise;
}

void Jobs::plan(const CreateJob& m, const std::string& id, const SourceState& source,
                caf::typed_response_promise<JobView> promise) {
  const auto unclaim = [this, id, name = m.settings.source] {
    caf::anon_send(environment_.sources, UnclaimSource{name, id});
  };
  auto created = plan_job(m.settings, source, *environment_.config);
  if (!created) {
    unclaim();
    promise.deliver(to_caf(created.error()));
    return;
  }
  const auto event = encode_event(1, *created, wall_ms());
  const auto token = m.client_token.empty() ? id : m.client_token;
  auto work = [id, token, event](Database& database) {
    Journal journal{database};
    journal.create_job(id, token);
    journal.append(id, event);
    return caf::make_message(Done{});
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [this, id, event, promise](const Done&) {
            crash_point("jobs: a job is durable, not told");
            start_job(id, {event});
            answer_view(id, promise);
          },
          [unclaim, promise](caf::error& error) mutable {
            unclaim();
            promise.deliver(std::move(error));
          });
}

void Jobs::answer_view(const std::string& id, caf::typed_response_promise<JobView> promise) {
  const auto job = jobs_.find(id);
  if (job == jobs_.end()) {
    promise.deliver(to_caf({Errc::not_found, "job " + id + " was canceled", {}}));
    return;
  }
  self_->request(job->second, 5s, GetJob{id})
      .then([promise](const JobView& view) mutable { promise.deliver(view); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
}

template <class M>
caf::result<JobView> Jobs::pass_on(const M& m) {
  const auto job = jobs_.find(m.job);
  if (job == jobs_.end()) {
    return to_caf({Errc::not_found, "there is no job " + m.job, "see 'edgeferry job list'"});
  }
  self_->delegate(job->second, m);
  return caf::delegated<JobView>{};
}

caf::result<JobList> Jobs::list(const ListJobs& m) {
  auto promise = self_->make_response_promise<JobList>();
  gather<JobView>(
      self_, jobs_, GetJob{}, [promise, status = m.status](std::vector<JobView> views) mutable {
        std::erase_if(
            views, [&](const JobView& view) { return !status.empty() && view.status != status; });
        std::ranges::sort(views, {}, &JobView::created_ms);
        promise.deliver(JobList{std::move(views)});
      });
  return promise;
}

caf::result<EventList> Jobs::events(const ListEvents& m) {
  auto promise = self_->make_response_promise<EventList>();
  auto work = [m](Database& database) {
    EventList list;
    for (const auto& stored : Journal{database}.events(m.job, m.after_seq, events_per_answer)) {
      auto event = decode_event(stored);
      list.events.push_back(
          {stored.seq, stored.at_ms, stored.type, event ? describe(*event) : event.error().what});
    }
    return caf::make_message(list);
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [promise, m](const EventList& list) mutable {
            if (list.events.empty() && m.after_seq == 0) {
              promise.deliver(to_caf(
                  {Errc::not_found, "there is no job " + m.job, "see 'edgeferry job list'"}));
            } else {
              promise.deliver(list);
            }
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

}  // namespace ferry
