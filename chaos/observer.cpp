// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/observer.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace ferry::chaos {
namespace {

using namespace std::chrono_literals;

constexpr auto observer_poll = 100ms;
constexpr auto answer_limit = 1500ms;  // a controller that was killed is asked again soon

bool contains(const std::vector<std::string>& errors, std::uint16_t code) {
  return std::ranges::find(errors, code_text(static_cast<Errc>(code))) != errors.end();
}

}  // namespace

Observer::Observer(const RealCluster& cluster, const Plan& plan, std::vector<std::string> sources)
    : cluster_(cluster), plan_(plan) {
  for (auto& source : sources) slots_.push_back({std::move(source), {}, 0, false});
}

void Observer::start() {
  thread_ = std::jthread{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      turn();
      std::this_thread::sleep_for(observer_poll);
    }
  }};
}

void Observer::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::vector<JobWatch> Observer::jobs() const {
  const std::scoped_lock lock{mutex_};
  return jobs_;
}
std::vector<WatchedJob> Observer::details() const {
  const std::scoped_lock lock{mutex_};
  return details_;
}
std::uint32_t Observer::missing() const {
  const std::scoped_lock lock{mutex_};
  const auto made = static_cast<std::uint32_t>(jobs_.size());
  return plan_.workload.migrations - std::min(plan_.workload.migrations, made);
}
std::string Observer::trouble() const {
  const std::scoped_lock lock{mutex_};
  return trouble_;
}

bool Observer::any_in(const std::string& business_status) const {
  const std::scoped_lock lock{mutex_};
  return std::ranges::any_of(jobs_, [&](const JobWatch& job) {
    if (job.ended() || job.view().id.empty()) return false;
    return business_status == "any" || lower(job.view().business_status) == business_status;
  });
}

bool Observer::done() const {
  if (!all_begun_) return false;
  const std::scoped_lock lock{mutex_};
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    if (!jobs_[i].ended() && !details_[i].given_up) return false;
  }
  return true;
}

void Observer::note_trouble(const Error& error) {
  const std::scoped_lock lock{mutex_};
  trouble_ = to_string(error);
}

void Observer::turn() {
  if (!link_) {
    auto link = cluster_.operator_link();
    if (!link) return note_trouble(link.error());
    link_.emplace(std::move(*link));
  }
  begin_jobs();
  for (auto& slot : slots_) {
    if (!slot.busy) continue;
    look_at(slot.job);
    const std::scoped_lock lock{mutex_};
    slot.taken = details_[slot.job].given_up;
    if (jobs_[slot.job].ended() || slot.taken) slot.busy = false;
  }
}

void Observer::begin_jobs() {
  const auto now_ms = steady_ms();
  const bool time_left =
      started_ms_ == 0 || now_ms - started_ms_ < static_cast<std::int64_t>(plan_.duration_ms);
  const auto wanted = [&] {
    return begun_ < plan_.workload.migrations || (plan_.workload.repeat && time_left);
  };
  for (auto& slot : slots_) {
    // A creation that was asked for is asked for again: it may have been heard.
    if (slot.busy || slot.taken || (slot.token.empty() && (closed_ || !wanted()))) continue;
    if (slot.token.empty()) {
      slot.token = random_id("c");
      ++begun_;
    }
    if (!begin_job(slot)) break;
  }
  const auto pending = std::ranges::any_of(slots_, [](const Slot& s) { return !s.token.empty(); });
  const bool none_free = std::ranges::all_of(slots_, &Slot::taken);
  all_begun_ = !pending && (closed_ || none_free || !wanted());
}

bool Observer::begin_job(Slot& slot) {
  CreateJob request{slot.token, {}};
  request.settings.source = slot.source;
  request.settings.name = "chaos-" + slot.token.substr(2);
  request.settings.transfer.bandwidth_mbps = plan_.workload.bandwidth_mbps;
  request.settings.transfer.compression = plan_.workload.compression;
  auto made = link_->ask<JobView>("jobs", request, answer_limit);
  if (!made) {
    note_trouble(made.error());
    return false;
  }
  if (made->status == "Ready") {
    auto begun = link_->ask<JobView>("jobs", StartJob{made->id, "start"}, answer_limit);
    if (!begun) {
      note_trouble(begun.error());
      return false;
    }
    made = std::move(begun);
  }
  const std::scoped_lock lock{mutex_};
  trouble_.clear();
  jobs_.emplace_back(made->id);
  jobs_.back().note(*made);
  details_.push_back({slot.source, 0, false});
  slot.job = jobs_.size() - 1;
  slot.busy = true;
  slot.token.clear();
  if (started_ms_ == 0) started_ms_ = steady_ms();
  return true;
}

void Observer::look_at(std::size_t index) {
  std::string id;
  {
    const std::scoped_lock lock{mutex_};
    id = jobs_[index].id();
  }
  auto view = link_->ask<JobView>("jobs", GetJob{id}, answer_limit);
  if (!view && view.error().code == Errc::not_found) {
    // An acknowledged job that is unknown is the worst loss of all.
    const std::scoped_lock lock{mutex_};
    jobs_[index].note(EventList{});
    details_[index].given_up = true;
  }
  if (!view) return;
  auto history = link_->ask<EventList>("jobs", ListEvents{id, 0}, answer_limit);
  {
    const std::scoped_lock lock{mutex_};
    jobs_[index].note(*view);
    if (history) jobs_[index].note(*history);
  }
  if (view->status == "InError") retry_if_told(index, *view);
}

void Observer::retry_if_told(std::size_t index, const JobView& view) {
  if (contains(plan_.promises.retry_errors, view.error_code)) {
    if (hold_retries_) return;
    auto again = link_->ask<JobView>("jobs", StartJob{view.id, "retry"}, answer_limit);
    const std::scoped_lock lock{mutex_};
    if (again) ++details_[index].retries;
    return;
  }
  const std::scoped_lock lock{mutex_};
  details_[index].given_up = true;
}

}  // namespace ferry::chaos
