// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/jobs.hpp"

#include <algorithm>

#include "actors/controller/gather.hpp"
#include "actors/controller/job_wait.hpp"
#include "actors/controller/store.hpp"
#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "storage/cluster_log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

struct LoadJob {
  std::string job;
  FERRY_MESSAGE("jobs.load", job)
};

struct LoadedJobs {
  using local_message = void;
  std::vector<JobRecord> records;  // with anything left to do
  std::vector<JobView> at_rest;
  std::map<std::string, Error> unreadable;
};

struct LoadedJob {
  using local_message = void;
  Result<JobRecord> record;
};

struct OwnerOf {
  using local_message = void;
  std::optional<StoredResource> row;
};

Result<JobRecord> read_job(Journal& journal, const std::string& id) {
  auto record = replay(id, journal.events(id));
  if (record && record->last_seq == 0) return fail(unknown_job(id));
  if (!record) {
    log::error("job can't be read from the journal",
               {{"job", id}, {"why", to_string(record.error())}});
  }
  return record;
}

}  // namespace

Jobs::Jobs(caf::event_based_actor* self, JobEnvironment environment)
    : self_(self), environment_(std::move(environment)) {
  environment_.jobs = self_->address();
  environment_.started_ms = steady_ms();
  self_->set_down_handler([this](caf::down_msg& down) { on_down(down); });
}

/// However it ended, its successor makes its own actors: two would work on one job.
Jobs::~Jobs() {
  for (const auto& [id, job] : jobs_) caf::anon_send_exit(job, caf::exit_reason::kill);
}

caf::behavior Jobs::make_behavior() {
  load_all();
  return {[this](const CreateJob& m) { return create(m); },
          [this](const StartJob& m) { return pass_on(m); },
          [this](const PauseJob& m) { return pass_on(m); },
          [this](const CancelJob& m) { return pass_on(m); },
          [this](const DeleteJob& m) { return pass_on(m); },
          [this](const CutOverJob& m) { return pass_on(m); },
          [this](const ModifyJob& m) { return renames(m) ? rename(m) : pass_on(m); },
          [this](const AbandonResource& m) { return abandon(m); },
          [this](const JoinMachine& m) { return join(m); },
          [this](const GetJob& m) { return get(m); },
          [this](const ListJobs& m) { return list(m); },
          [this](const ListEvents& m) { return events(m); },
          [this](const GetCertificate& m) { return certificate(m); },
          [this](const GetBootLog& m) { return boot_log(m); },
          [this](const LoadJob& m) { load(m.job); },
          [this](const JobRetiring& m) { on_retiring(m); }};
}

// -- actors and views of jobs ----------------------------------------------------------

/// Reads all histories before any other message is handled.
void Jobs::load_all() {
  auto work = [](Database& database) {
    Journal journal{database};
    LoadedJobs loaded;
    for (const auto& job : journal.jobs()) {
      auto record = read_job(journal, job.id);
      if (!record) {
        loaded.unreadable.emplace(job.id, record.error());
        ClusterLog{database}.append({0, wall_ms(), "job_unreadable", job.id, record.error().what});
      }
      if (!record || record->state == JobState::deleted) continue;
      if (is_final(record->state)) {
        loaded.at_rest.push_back(view_of(*record));
      } else {
        loaded.records.push_back(std::move(*record));
      }
    }
    return caf::make_message(std::move(loaded));
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .await(
          [this](const LoadedJobs& loaded) {
            unreadable_ = loaded.unreadable;
            for (const auto& view : loaded.at_rest) at_rest_.emplace(view.id, view);
            KeepClaims claims;
            for (const auto& record : loaded.records) {
              claims.jobs.push_back(record.id);
              claims.sources.push_back(record.settings.source);
            }
            caf::anon_send(environment_.sources, std::move(claims));
            for (const auto& record : loaded.records) start_job(record);
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

/// Reads one history, as its actor has failed.
void Jobs::load(const std::string& job) {
  auto work = [job](Database& database) {
    Journal journal{database};
    return caf::make_message(LoadedJob{read_job(journal, job)});
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .await(
          [this](const LoadedJob& loaded) {
            if (!loaded.record) return;
            if (!is_final(loaded.record->state)) return start_job(*loaded.record);
            put_to_rest(view_of(*loaded.record));  // it failed right after its last event
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void Jobs::start_job(JobRecord record) {
  const auto id = record.id;
  // From here and not from the job's actor, so that it comes before any claim for a new job.
  if (!is_final(record.state)) {
    caf::anon_send(environment_.sources, ClaimSource{record.settings.source, id});
    take_names(id, record.settings);
  }
  const trace::Scope scope{trace::resume(record.trace)};
  auto job = spawn_actor<MigrationJob>(*self_, environment_, std::move(record));
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

/// No message is handled between the question and its answer, so no call can be lost
/// between the actor that goes and the view that stays.
void Jobs::on_retiring(const JobRetiring& m) {
  const auto job = jobs_.find(m.job);
  if (job == jobs_.end()) return;
  self_->request(job->second, 5s, Retire{})
      .await(
          [this](const JobView& view) {
            environment_.branch.removed(view.id);
            put_to_rest(view);
          },
          [](caf::error&) {});  // it works again, or died and will be loaded
}

/// From now on nobody works on this job, and its name is free.
void Jobs::put_to_rest(const JobView& view) {
  jobs_.erase(view.id);
  failures_.erase(view.id);
  keep_names(view.id, {});
  keep_view(view);
}

void Jobs::keep_view(JobView view) {
  const auto id = view.id;
  const bool is_deleted = view.status == status_text(JobState::deleted);
  if (is_deleted && std::ranges::find(deleted_, id) == deleted_.end()) deleted_.push_back(id);
  at_rest_.insert_or_assign(id, std::move(view));
  if (deleted_.size() <= limits::deleted_views_max) return;
  at_rest_.erase(deleted_.front());
  deleted_.pop_front();
}

Error Jobs::not_found(const std::string& job) const {
  const auto why = unreadable_.find(job);
  return why != unreadable_.end() ? why->second : unknown_job(job);
}

template <class M>
caf::result<JobView> Jobs::pass_on(const M& m) {
  if (const auto job = jobs_.find(m.job); job != jobs_.end()) {
    self_->delegate(job->second, m);
    return caf::delegated<JobView>{};
  }
  if (!at_rest_.contains(m.job)) return to_caf(not_found(m.job));
  auto promise = self_->make_response_promise<JobView>();
  wake(m.job, caf::make_message(m), promise);
  return promise;
}

/// Starts the actor of a job at rest for one call. It retires again by itself.
void Jobs::wake(const std::string& job, const caf::message& call, Promise promise) {
  auto work = [job](Database& database) {
    Journal journal{database};
    return caf::make_message(LoadedJob{read_job(journal, job)});
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .await(
          [this, job, call, promise](const LoadedJob& loaded) mutable {
            if (!loaded.record) {
              promise.deliver(to_caf(loaded.record.error()));
              return;
            }
            if (!jobs_.contains(job)) start_job(*loaded.record);
            self_->request(jobs_.at(job), 20s, call)
                .then([promise](const JobView& view) mutable { promise.deliver(view); },
                      [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
}

/// Of a job that is at rest no machine is there any more.
caf::result<MachineJoined> Jobs::join(const JoinMachine& m) {
  const auto job = jobs_.find(job_of_machine(m.token));
  if (job == jobs_.end()) return to_caf({Errc::code_unknown, "no job waits for this machine", {}});
  self_->delegate(job->second, m);
  return caf::delegated<MachineJoined>{};
}

caf::result<JobView> Jobs::get(const GetJob& m) {
  const auto view = at_rest_.find(m.job);
  if (view != at_rest_.end() && !jobs_.contains(m.job)) return view->second;
  return pass_on(m);
}

/// The job decides, as the only writer of its history. Every row of a job that has ended has
/// ended before.
caf::result<Done> Jobs::abandon(const AbandonResource& m) {
  auto work = [token = m.token](Database& database) {
    return caf::make_message(OwnerOf{Journal{database}.resource(token)});
  };
  auto promise = self_->make_response_promise<Done>();
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [this, m, promise](const OwnerOf& owner) mutable {
            const auto job = owner.row ? jobs_.find(owner.row->job) : jobs_.end();
            if (job == jobs_.end()) {
              const auto what = owner.row
                                    ? m.token + " is " + std::string{to_string(owner.row->state)}
                                    : "there is no temporary resource " + m.token;
              promise.deliver(to_caf({Errc::not_found, what, "see 'edgeferry resource list'"}));
              return;
            }
            self_->request(job->second, 20s, m)
                .then([promise](const Done& done) mutable { promise.deliver(done); },
                      [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<JobList> Jobs::list(const ListJobs& m) {
  auto promise = self_->make_response_promise<JobList>();
  gather<JobView>(self_, jobs_, GetJob{}, [this, promise, m](std::vector<JobView> views) mutable {
    std::vector<const JobView*> wanted;
    const auto add = [&](const JobView& view) {
      const bool gone = view.status == status_text(JobState::deleted);
      if (!gone && (m.status.empty() || view.status == m.status)) wanted.push_back(&view);
    };
    for (const auto& view : views) add(view);
    if (m.status.empty() || m.status == status_text(JobState::finished)) {
      for (const auto& [id, view] : at_rest_) {
        if (!jobs_.contains(id)) add(view);
      }
    }
    std::ranges::sort(wanted, [](const JobView* a, const JobView* b) {
      return std::tie(a->created_ms, a->id) < std::tie(b->created_ms, b->id);
    });
    JobList answer{{}, static_cast<std::uint32_t>(wanted.size())};
    for (std::size_t i = m.offset; i < wanted.size() && answer.jobs.size() < m.limit &&
                                   answer.jobs.size() < limits::jobs_listed_max;
         ++i) {
      answer.jobs.push_back(*wanted[i]);
      answer.jobs.back().runs.clear();
      answer.jobs.back().warnings.clear();
      answer.jobs.back().notices.clear();
      answer.jobs.back().layout = {};
      answer.jobs.back().settings.excludes.clear();
      for (auto& disk : answer.jobs.back().disks) {
        disk.first_file_issues.clear();
        disk.files.clear();
        disk.blocks.clear();
        disk.map.clear();
      }
      for (auto& disk : answer.jobs.back().fix_ups.disks) disk.changed.clear();
      answer.jobs.back().boot.milestones.clear();
      answer.jobs.back().boot.evidence.clear();
    }
    promise.deliver(std::move(answer));
  });
  return promise;
}

}  // namespace ferry
