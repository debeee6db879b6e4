// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/watch_poller.hpp"

#include <algorithm>

#include <unistd.h>

#include "apps/limits.hpp"
#include "base/clock.hpp"

namespace ferry {
namespace {

constexpr auto poll_patience = std::chrono::milliseconds{limits::watch_answer_max};

template <Message Request>
Result<JobView> ask_job(Client& client, const Request& request, const std::stop_token& stop) {
  return client.ask<JobView>("jobs", request, poll_patience, stop);
}

}  // namespace

WatchPoller::WatchPoller(Operator& op, std::string job, int news)
    : op_(op), only_job_(std::move(job)), news_(news), chosen_(only_job_) {
  cluster_.name = op.config.name;
  thread_ = SideThread{[this](const std::stop_token& stop) { run(stop); }};
}

WatchPoller::~WatchPoller() { thread_.request_stop(); }

WatchedCluster WatchPoller::look() const {
  const std::scoped_lock lock{mutex_};
  return cluster_;
}

void WatchPoller::order(WatchOrder order) {
  const std::scoped_lock lock{mutex_};
  cluster_.said = order.how + " " + order.job + " ...";
  orders_.push_back(std::move(order));
  hurry_ = true;
  wake_.notify_one();
}

void WatchPoller::choose(const std::string& job) {
  const std::scoped_lock lock{mutex_};
  if (chosen_ == job) return;
  chosen_ = job;
  hurry_ = true;
  wake_.notify_one();
}

void WatchPoller::forget_said() {
  const std::scoped_lock lock{mutex_};
  if (orders_.empty()) cluster_.said.clear();
}

void WatchPoller::publish(const std::function<void(WatchedCluster&)>& change) {
  {
    const std::scoped_lock lock{mutex_};
    change(cluster_);
  }
  const std::uint64_t one = 1;
  // It can fail only if nobody has read for 2^64 looks.
  [[maybe_unused]] const auto written = ::write(news_, &one, sizeof one);
}

void WatchPoller::run(const std::stop_token& stop) {
  WatchedCluster next;
  while (!stop.stop_requested()) {
    std::optional<WatchOrder> order;
    {
      const std::scoped_lock lock{mutex_};
      hurry_ = false;
      if (!orders_.empty()) order = orders_.front();
    }
    if (order) carry_out(*order, stop);
    const auto done = ask(next, stop);
    if (stop.stop_requested()) return;
    publish([&](WatchedCluster& cluster) {
      if (!done) {
        if (!cluster.silence) cluster.silent_since_ms = steady_ms();
        cluster.silence = done.error();
        return;
      }
      next.name = cluster.name;
      next.said = cluster.said;
      next.seen = true;
      cluster = next;
    });
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, stop, limits::watch_poll, [this] { return hurry_; });
  }
}

void WatchPoller::carry_out(const WatchOrder& order, const std::stop_token& stop) {
  const auto done = order.how == "pause"
                        ? ask_job(op_.client, PauseJob{order.job, order.based_on}, stop)
                        : ask_job(op_.client, StartJob{order.job, order.how, order.based_on}, stop);
  publish([&](WatchedCluster& cluster) {
    cluster.said = done ? order.how + ": " + done->settings.name + " is " + done->status
                        : to_string(done.error());
  });
  // Whoever ordered was told of a refusal, and asks again if it is still wanted.
  const std::scoped_lock lock{mutex_};
  orders_.pop_front();
}

Result<> WatchPoller::ask(WatchedCluster& cluster, const std::stop_token& stop) {
  if (only_job_.empty()) {
    auto jobs = all_jobs(op_, "", poll_patience, stop);
    if (!jobs) return fail(jobs.error());
    cluster.jobs = std::move(jobs->jobs);
    auto sources = op_.client.ask<SourceList>("sources", ListSources{}, poll_patience, stop);
    if (!sources) return fail(sources.error());
    cluster.sources = std::move(sources->sources);
  }
  std::string chosen;
  {
    const std::scoped_lock lock{mutex_};
    chosen = chosen_;
  }
  cluster.job.reset();
  if (!chosen.empty()) {
    auto job = ask_job(op_.client, GetJob{chosen}, stop);
    // It may have been deleted since it was listed.
    if (!job && (job.error().code != Errc::not_found || !only_job_.empty())) {
      return fail(job.error());
    }
    if (job) cluster.job = std::move(*job);
    if (job && !only_job_.empty()) cluster.jobs = {*cluster.job};
  }
  return ask_events(cluster, stop);
}

Result<> WatchPoller::ask_events(WatchedCluster& cluster, const std::stop_token& stop) {
  std::size_t asked = 0;
  bool any = false;
  for (auto job = cluster.jobs.rbegin(); job != cluster.jobs.rend(); ++job) {
    const bool is_chosen = cluster.job && cluster.job->id == job->id;
    auto& version = versions_[job->id];
    if (version == job->version && job->status != "Running") continue;
    if (!is_chosen && ++asked > limits::watch_histories_max) continue;
    auto& seen = seen_[job->id];
    auto list = op_.client.ask<EventList>("jobs", ListEvents{job->id, seen}, poll_patience, stop);
    if (!list && list.error().code == Errc::not_found) continue;
    if (!list) return fail(list.error());
    version = job->version;
    for (const auto& event : list->events) {
      cluster.events.push_back({event.at_ms, job->id, job->settings.name, event.text});
      seen = event.seq;
      any = true;
    }
  }
  if (any) std::ranges::stable_sort(cluster.events, {}, &WatchedEvent::at_ms);
  while (cluster.events.size() > limits::watch_events_max) cluster.events.pop_front();
  return {};
}

}  // namespace ferry
