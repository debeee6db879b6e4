// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/strikes.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "chaos/fault_kinds.hpp"

namespace ferry::chaos {
namespace {

/// A node that has just been killed comes back, and a disk is written to later.
bool is_for_now(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::cluster_not_running;
}

}  // namespace

Strikes::Strikes(const Plan& plan, std::vector<Strike> schedule, World& world, Observer& observer,
                 Say say)
    : plan_(plan), world_(world), observer_(observer), say_(std::move(say)) {
  for (const auto& strike : schedule) {
    const auto& during = plan.faults[strike.fault].during;
    pending_.push_back({strike, "no job was in the right state (" + during + ")"});
  }
}

Strikes::~Strikes() { heal_all(); }

std::int64_t Strikes::since_start() const { return steady_ms() - observer_.started_ms(); }

void Strikes::turn() {
  const auto jobs = observer_.jobs();
  const auto now_ms = steady_ms();
  for (auto& done : done_) {
    if (done.fault && now_ms >= done.heal_at_ms) heal(done);
    if (!done.fault) done.recovery.look(jobs, now_ms);
  }
  for (auto next = pending_.begin(); next != pending_.end();) {
    if (static_cast<std::int64_t>(next->strike.at_ms) > since_start()) break;
    // A strike that waits for a state does not keep later ones from happening.
    const bool possible = observer_.any_in(plan_.faults[next->strike.fault].during);
    next = possible && strike(*next, steady_ms()) ? pending_.erase(next) : std::next(next);
  }
  // A job that stopped because a disk is full or broken would only stop again.
  observer_.hold(std::ranges::any_of(
      done_, [](const Done& done) { return done.fault != nullptr && done.breaks_disks; }));
}

bool Strikes::strike(Pending& pending, std::int64_t now_ms) {
  const auto& plan = plan_.faults[pending.strike.fault];
  world_.jobs = observer_.jobs();
  auto fault = make_fault(plan, pending.strike.dice);
  StrikeReport report;
  report.at_ms = since_start();
  report.kind = plan.kind;
  Recovery recovery{world_.jobs, now_ms};
  const auto what = fault->strike(world_);
  if (!what && is_for_now(what.error())) {
    pending.why = what.error().what;
    return false;
  }
  report.outcome = what ? "done" : "impossible";
  report.what = what ? *what : to_string(what.error());
  report.jobs = recovery.affected();
  say_(plan.kind + "  " + (what ? "" : "impossible: ") + report.what);
  if (!what) recovery = Recovery{{}, now_ms};
  const bool lasts = what && kind_of(plan.kind).lasts;
  const auto over_ms = steady_ms();
  done_.push_back({std::move(report), nullptr, plan.kind == "full_disk" || plan.kind == "io_error",
                   over_ms + static_cast<std::int64_t>(plan.lasts_ms), over_ms, recovery});
  if (lasts) done_.back().fault = std::move(fault);
  if (what) restart_clocks(observer_.jobs(), over_ms);
  return true;
}

/// Nobody is expected to get further while the next fault is there already.
void Strikes::restart_clocks(const std::vector<JobWatch>& jobs, std::int64_t now_ms) {
  for (auto& done : done_) {
    if (!done.recovery.over()) done.recovery.begin_anew(jobs, now_ms);
  }
}

void Strikes::heal(Done& done) {
  auto healed = done.fault->heal(world_);
  done.fault.reset();
  const auto now_ms = steady_ms();
  done.report.lasted_ms = now_ms - done.struck_ms;
  restart_clocks(observer_.jobs(), now_ms);
  if (healed) {
    say_(done.report.kind + "  over after " + human_seconds(done.report.lasted_ms / 1000));
  } else {
    not_undone_.push_back(done.report.kind + ": " + to_string(healed.error()));
    say_(not_undone_.back());
  }
}

void Strikes::heal_all() {
  for (auto done = done_.rbegin(); done != done_.rend(); ++done) {
    if (done->fault) heal(*done);
  }
  for (const auto& [strike, why] : pending_) {
    StrikeReport report;
    report.at_ms = static_cast<std::int64_t>(strike.at_ms);
    report.kind = plan_.faults[strike.fault].kind;
    report.outcome = "never";
    report.what = why;
    done_.push_back({report, nullptr, false, 0, 0, Recovery{{}, steady_ms()}});
  }
  pending_.clear();
  observer_.hold(false);
}

std::vector<StrikeReport> Strikes::reports() const {
  std::vector<StrikeReport> reports;
  const auto now_ms = steady_ms();
  for (const auto& done : done_) {
    auto report = done.report;
    report.recovered_ms = done.recovery.over() ? done.recovery.took_ms(now_ms) : -1;
    report.bytes_again = done.recovery.bytes_again();
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace ferry::chaos
