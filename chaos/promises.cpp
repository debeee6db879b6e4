// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/promises.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry::chaos {
namespace {

constexpr std::size_t reasons_max = 20;

std::string error_of(const JobView& job) {
  return job.error_code == 0 ? std::string{}
                             : code_text(static_cast<Errc>(job.error_code)) + " " + job.error;
}

std::vector<std::string> unfinished(const PromisesPlan& promises, const Evidence& evidence) {
  std::vector<std::string> why;
  for (const auto& job : evidence.jobs) {
    const auto& view = job.view();
    if (view.status == "Finished" || ended_as_planned(promises, view)) continue;
    auto text = job.id() + " is " + view.status;
    if (!view.business_status.empty()) text += " " + view.business_status;
    if (view.error_code != 0) text += ": " + error_of(view);
    if (!view.waiting_for.empty()) text += ", waits for " + view.waiting_for;
    why.push_back(std::move(text));
  }
  if (evidence.missing_jobs > 0) {
    why.push_back(std::to_string(evidence.missing_jobs) +
                  " migration(s) were never made: " + evidence.trouble);
  }
  return why;
}

std::vector<std::string> different(const Evidence& evidence) {
  std::vector<std::string> why;
  for (const auto& job : evidence.jobs) {
    if (job.view().status != "Finished") continue;
    const auto verdict = evidence.images.find(job.id());
    if (verdict == evidence.images.end()) {
      why.push_back(job.id() + ": its image was not compared");
    } else if (verdict->second.image != "equal") {
      why.push_back(verdict->second.image + ": " + verdict->second.why);
    }
  }
  return why;
}

std::vector<std::string> lost(const Evidence& evidence) {
  std::vector<std::string> why;
  for (const auto& job : evidence.jobs) {
    why.insert(why.end(), job.lost().begin(), job.lost().end());
  }
  return why;
}

std::vector<std::string> too_late(const PromisesPlan& promises, const Evidence& evidence) {
  std::vector<std::string> why;
  for (const auto& strike : evidence.strikes) {
    if (strike.outcome != "done" || strike.jobs == 0) continue;
    const auto limit_ms = static_cast<std::int64_t>(promises.progress_within_ms);
    if (strike.recovered_ms >= 0 && strike.recovered_ms <= limit_ms) continue;
    auto text = strike.kind + " at " + duration_text(static_cast<std::uint64_t>(strike.at_ms));
    text += strike.recovered_ms < 0
                ? ": jobs never got further"
                : ": jobs got further after " +
                      duration_text(static_cast<std::uint64_t>(strike.recovered_ms));
    why.push_back(text + ", not within " + duration_text(promises.progress_within_ms));
  }
  return why;
}

/// A plan whose faults did not happen proves nothing.
std::vector<std::string> not_struck(const Evidence& evidence) {
  std::vector<std::string> why;
  for (const auto& strike : evidence.strikes) {
    if (strike.outcome != "done")
      why.push_back(strike.kind + " " + strike.outcome + ": " + strike.what);
  }
  const auto struck = std::ranges::any_of(
      evidence.strikes, [](const StrikeReport& strike) { return strike.outcome == "done"; });
  if (struck || evidence.strikes.empty()) why.clear();
  return why;
}

}  // namespace

bool ended_as_planned(const PromisesPlan& promises, const JobView& job) {
  if (job.status != "InError") return false;
  const auto code = code_text(static_cast<Errc>(job.error_code));
  return std::ranges::find(promises.final_errors, code) != promises.final_errors.end();
}

std::vector<PromiseReport> judge(const PromisesPlan& promises, const Evidence& evidence) {
  std::vector<PromiseReport> reports;
  const auto add = [&](std::string name, bool asked, std::vector<std::string> why) {
    if (why.size() > reasons_max) why.resize(reasons_max);
    if (!asked) why.clear();
    reports.push_back({std::move(name),
                       !asked        ? "not checked"
                       : why.empty() ? "held"
                                     : "broken",
                       std::move(why)});
  };
  add("faults_happen", true, not_struck(evidence));
  add("jobs_finish", promises.jobs_finish, unfinished(promises, evidence));
  add("images_equal", promises.images_equal, different(evidence));
  add("events_kept", promises.events_kept, lost(evidence));
  add("progress_within", true, too_late(promises, evidence));
  add("nothing_left", promises.nothing_left, evidence.leftovers);
  add("foreign_untouched", promises.foreign_untouched, evidence.touched);
  return reports;
}

bool all_held(const std::vector<PromiseReport>& promises) {
  return std::ranges::none_of(promises,
                              [](const PromiseReport& p) { return p.verdict == "broken"; });
}

}  // namespace ferry::chaos
