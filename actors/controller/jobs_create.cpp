// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How a job comes into being: once for each client token and name, for a source
// server that has no other.
#include "actors/controller/job_layout.hpp"
#include "actors/controller/job_plan.hpp"
#include "actors/controller/jobs.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

struct KnownJob {
  using local_message = void;
  std::string id;  // empty: the client token is new
  JobSettings wish;
};

/// Jobs of the first version don't know what was wished for.
Result<> check_same(const std::string& id, const JobSettings& first, const JobSettings& second) {
  if (first.source.empty() || to_msgpack(first) == to_msgpack(second)) return {};
  return fail(Errc::token_reused,
              "this client token made job " + id + ", with other parameters than these");
}

void log_made(const JobRecord& record) {
  const trace::Scope scope{trace::resume(record.trace)};
  log::info("job is made", {{"job", record.id}, {"source", record.settings.source}});
}

}  // namespace

/// Requests with one token wait for the first of them, so a race makes one job.
caf::result<JobView> Jobs::create(CreateJob m) {
  const auto id = random_id("j");
  if (m.client_token.empty()) m.client_token = id;
  const auto [making, is_new] =
      making_.try_emplace(m.client_token, Making{id, m, trace::current(), {}});
  if (!is_new) {
    auto same = check_same(making->second.id, making->second.request.settings, m.settings);
    if (!same) return to_caf(same.error());
  }
  auto promise = self_->make_response_promise<JobView>();
  making->second.promises.push_back(promise);
  if (!is_new) return promise;
  const auto token = m.client_token;
  auto known = [token](Database& database) {
    Journal journal{database};
    KnownJob job{journal.job_of_token(token), {}};
    if (job.id.empty()) return caf::make_message(job);
    const auto events = journal.events(job.id, 0, 1);
    const auto first = events.empty() ? Result<JobEvent>{} : decode_event(events.front());
    if (first && std::holds_alternative<JobCreated>(*first)) {
      job.wish = std::get<JobCreated>(*first).wish;
    }
    return caf::make_message(std::move(job));
  };
  self_->request(environment_.store, caf::infinite, Transact{std::move(known)})
      .then(
          [this, token](const KnownJob& job) {
            if (!job.id.empty()) return answer_known(token, job.id, job.wish);
            claim(token);
          },
          [this, token](caf::error& error) { not_made(token, error); });
  return promise;
}

void Jobs::answer_known(const std::string& token, const std::string& id, const JobSettings& wish) {
  auto same = check_same(id, wish, making_.at(token).request.settings);
  if (!same) return not_made(token, to_caf(same.error()));
  if (const auto view = at_rest_.find(id); view != at_rest_.end()) return made(token, view->second);
  const auto job = jobs_.find(id);
  if (job == jobs_.end()) {
    return not_made(token, to_caf({Errc::not_found, "job " + id + " was deleted", {}}));
  }
  self_->request(job->second, 5s, GetJob{id})
      .then([this, token](const JobView& view) { made(token, view); },
            [this, token](caf::error& error) { not_made(token, error); });
}

/// The source server can have one unfinished job only, and the claim is what decides
/// between two wishes at the same time.
void Jobs::claim(const std::string& token) {
  const auto& making = making_.at(token);
  self_->request(environment_.sources, 5s, ClaimSource{making.request.settings.source, making.id})
      .then([this, token](const SourceState& source) { plan(token, source); },
            [this, token](caf::error& error) { not_made(token, error); });
}

void Jobs::plan(const std::string& token, const SourceState& source) {
  const auto& making = making_.at(token);
  auto created = plan_job(making.request.settings, source, *environment_.config, wall_ms());
  if (created) {
    created->trace = trace::trace_text(making.context);
    const auto& settings = created->settings;
    auto free = check_name(settings.name, making.id);
    if (free && making.request.unique_image_name) {
      free = check_image_name({settings.region, settings.image_name, making.id});
    }
    if (!free) created = fail(free.error());
  }
  if (created) {
    take_names(making.id, created->settings);
    return store(token, *created);
  }
  caf::anon_send(environment_.sources, UnclaimSource{making.request.settings.source, making.id});
  not_made(token, to_caf(created.error()));
}

void Jobs::store(const std::string& token, const JobCreated& created) {
  const auto id = making_.at(token).id;
  const auto at_ms = wall_ms();
  const auto event = encode_event(1, created, at_ms);
  auto work = [id, token, event](Database& database) {
    Journal journal{database};
    if (!journal.create_job(id, token)) {
      throw StorageFailure{{Errc::storage_failed, "another controller has used this token", {}}};
    }
    journal.append(id, event);
    return caf::make_message(Done{});
  };
  crash_point("jobs: a source is claimed, no job is durable");
  self_->request(environment_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [this, id, token, created, at_ms](const Done&) {
            crash_point("jobs: a job is durable, not told");
            JobRecord record;
            record.id = id;
            apply(record, created, at_ms);
            const auto view = view_of(record);
            log_made(record);
            start_job(std::move(record));
            made(token, view);
          },
          [this, id, token, created](caf::error& error) {
            keep_names(id, {});
            caf::anon_send(environment_.sources, UnclaimSource{created.settings.source, id});
            not_made(token, error);
          });
}

void Jobs::made(const std::string& token, const JobView& view) {
  for (auto& promise : making_.at(token).promises) promise.deliver(view);
  making_.erase(token);
}

void Jobs::not_made(const std::string& token, const caf::error& error) {
  for (auto& promise : making_.at(token).promises) promise.deliver(error);
  making_.erase(token);
}

}  // namespace ferry
