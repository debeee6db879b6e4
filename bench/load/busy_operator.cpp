// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load/busy_operator.hpp"

#include <optional>

#include "base/clock.hpp"

namespace ferry::load {
namespace {

using namespace std::chrono_literals;
constexpr auto answer_timeout = 1500ms;  // a controller that was killed answers nothing
constexpr auto pause_between_calls = 3ms;
constexpr std::int64_t compare_ms_max = 60'000;

enum class Outcome { acknowledged, refused, unknown };

/// A refusal in the product's words changed nothing. Silence, and a controller that could
/// not tell itself, may be either.
template <class T>
Outcome outcome_of(const Result<T>& answer) {
  if (answer) return Outcome::acknowledged;
  switch (answer.error().code) {
    case Errc::timeout:
    case Errc::unreachable:
    case Errc::internal:
    case Errc::storage_failed: return Outcome::unknown;
    default: return Outcome::refused;
  }
}

/// The whole history of a job; nothing if the controller doesn't answer.
std::optional<std::vector<EventView>> read_history(Client& client, const std::string& job) {
  std::vector<EventView> history;
  for (;;) {
    const auto after = history.empty() ? 0 : history.back().seq;
    auto page = client.ask<EventList>("jobs", ListEvents{job, after}, answer_timeout);
    if (!page && page.error().code == Errc::not_found && page.error().what.starts_with("there")) {
      return history;  // there is no such job: all it had is lost
    }
    if (!page) return {};
    if (page->events.empty()) return history;
    for (auto& event : page->events) history.push_back(std::move(event));
  }
}

}  // namespace

BusyOperator::BusyOperator(Client client, std::vector<std::string> sources, std::uint64_t seed)
    : client_(std::move(client)), sources_(std::move(sources)), random_(seed), seed_(seed) {}

void BusyOperator::start() {
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void BusyOperator::finish() {
  thread_.request_stop();
  thread_.join();
  compare_all(true);
}

BusyOperator::Tally BusyOperator::tally() const {
  const std::lock_guard lock{mutex_};
  return tally_;
}

std::vector<std::string> BusyOperator::complaints() const {
  const std::lock_guard lock{mutex_};
  return complaints_;
}

void BusyOperator::complain(std::vector<std::string> wrong) {
  const std::lock_guard lock{mutex_};
  for (auto& what : wrong) complaints_.push_back(std::move(what));
}

void BusyOperator::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const auto wanted = wanted_.load(); done_ != wanted) {
      compare_all(false);
      done_ = wanted;
    }
    act();
    std::this_thread::sleep_for(pause_between_calls);
  }
}

void BusyOperator::compare_all(bool with_ended) {
  for (auto& job : jobs_) {
    if (job.id.empty() || job.broken || (job.ended && !with_ended)) continue;
    const auto begun = steady_ms();
    while (!compare(job)) {
      if (steady_ms() - begun < compare_ms_max) continue;
      complain({"job " + job.id + " can't be asked any more"});
      break;
    }
  }
}

/// Returns false if there is no answer.
bool BusyOperator::compare(JobMemory& job) {
  auto history = read_history(client_, job.id);
  if (!history) return false;
  const auto events = history->size();
  complain(job.compare(std::move(*history)));
  const std::lock_guard lock{mutex_};
  tally_.events += events;
  return true;
}

void BusyOperator::act() {
  const auto& source = sources_[random(sources_.size())];
  auto*& job = current_[source];
  if (job != nullptr && job->broken) return;
  if (job == nullptr || job->ended) {
    const auto name = "op" + std::to_string(seed_) + "-" + std::to_string(++names_);
    jobs_.push_back({name, "token-" + name, {}, false, false, {}, {}});
    job = &jobs_.back();
  }
  if (job->id.empty()) return create(*job, source);
  const auto view = client_.ask<JobView>("jobs", GetJob{job->id}, answer_timeout);
  if (!view) return;
  if (view->status == "Finished" || view->status == "Deleting" || view->status == "Deleted") {
    compare(*job);
    return;
  }
  change(*job, view->status);
}

/// The same client token until there is an answer: that must make one job.
void BusyOperator::create(JobMemory& job, const std::string& source) {
  CreateJob wish;
  wish.client_token = job.client_token;
  wish.settings.source = source;
  wish.settings.name = job.name;
  const auto answer = client_.ask<JobView>("jobs", wish, answer_timeout);
  if (answer) job.id = answer->id;
  const auto outcome = outcome_of(answer);
  const std::lock_guard lock{mutex_};
  if (answer) ++tally_.jobs;
  ++(outcome == Outcome::acknowledged ? tally_.acknowledged
     : outcome == Outcome::refused    ? tally_.refused
                                      : tally_.unknown);
}

void BusyOperator::change(JobMemory& job, const std::string& status) {
  const auto dice = random(100);
  if (dice < 3) return call(job, "event.job_canceled", CancelJob{job.id});
  if (dice < 50) {
    ModifyJob wish;
    wish.job = job.id;
    wish.transfer.bandwidth_mbps = 1 + random(1000);
    return call(job, "event.transfer_modified", wish);
  }
  if (status == "Running") return call(job, "event.job_paused", PauseJob{job.id});
  call(job, "event.job_started", StartJob{job.id, {}});
}

template <Message Call>
void BusyOperator::call(JobMemory& job, std::string_view event, const Call& request) {
  const auto outcome = outcome_of(client_.ask<JobView>("jobs", request, answer_timeout));
  auto& calls = job.calls[std::string{event}];
  if (outcome == Outcome::acknowledged) ++calls.acknowledged;
  if (outcome == Outcome::unknown) ++calls.unknown;
  const std::lock_guard lock{mutex_};
  ++(outcome == Outcome::acknowledged ? tally_.acknowledged
     : outcome == Outcome::refused    ? tally_.refused
                                      : tally_.unknown);
}

}  // namespace ferry::load
