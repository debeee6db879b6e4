// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/harness.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "chaos/image_check.hpp"
#include "chaos/leftovers.hpp"
#include "chaos/observer.hpp"
#include "chaos/promises.hpp"
#include "chaos/stage.hpp"
#include "chaos/strikes.hpp"

namespace ferry::chaos {
namespace {

using namespace std::chrono_literals;

constexpr auto tick = 20ms;
constexpr std::int64_t janitor_slack_ms = 5'000;

class Run {
 public:
  Run(const RunOptions& options, Stage& stage, UndoLog& undo)
      : options_(options),
        plan_(options.plan),
        stage_(stage),
        world_{*stage.cluster, undo, stage.proxy.get(), stage.controls},
        needed_(needed_of(stage)),
        observer_(*stage.cluster, plan_, stage.sources),
        images_(observer_, stage.source_raw, plan_.is_embedded()),
        strikes_(plan_, schedule(plan_, options.seed), world_, observer_,
                 [this](const std::string& text) { say(text); }) {}

  RunReport go() {
    began_ms_ = steady_ms();
    report_.plan = plan_.name;
    report_.seed = options_.seed;
    report_.cluster = plan_.cluster.file;
    report_.began = utc_text(wall_ms());
    observer_.start();
    images_.start();
    while (!over()) {
      if (observer_.started_ms() > 0) strikes_.turn();
      std::this_thread::sleep_for(tick);
    }
    strikes_.heal_all();
    observer_.last_call();
    strikes_.turn();  // jobs that have ended since the last one have recovered
    finish();
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool interrupted() const {
    return options_.interrupted != nullptr && *options_.interrupted;
  }
  void say(const std::string& text) const {
    if (options_.say) options_.say(text);
  }
  [[nodiscard]] bool too_late() const {
    return steady_ms() - began_ms_ > static_cast<std::int64_t>(plan_.limit_ms);
  }
  [[nodiscard]] bool over() const { return interrupted() || too_late() || observer_.done(); }

  static std::map<std::string, std::uint64_t> needed_of(const Stage& stage) {
    std::map<std::string, std::uint64_t> needed;
    for (const auto& [source, raw] : stage.source_raw) needed[source] = bytes_needed(raw);
    return needed;
  }

  void finish() {
    Evidence evidence;
    evidence.strikes = strikes_.reports();
    images_.finish();
    observer_.stop();
    evidence.jobs = observer_.jobs();
    evidence.details = observer_.details();
    evidence.images = images_.verdicts();
    evidence.missing_jobs = observer_.missing();
    evidence.trouble = observer_.trouble();
    report_.strikes = evidence.strikes;
    report_.not_undone = strikes_.not_undone();
    if (!interrupted()) {
      say("looking for what is left");
      evidence.leftovers = leftovers(evidence.jobs);
      evidence.touched = stage_.canaries.touched();
    }
    report_.jobs = job_reports(evidence);
    report_.promises = judge(plan_.promises, evidence);
    report_.took_ms = steady_ms() - began_ms_;
    report_.outcome = interrupted()                ? "interrupted"
                      : all_held(report_.promises) ? "held"
                                                   : "broken";
  }

  [[nodiscard]] std::vector<std::string> leftovers(const std::vector<JobWatch>& jobs) const {
    std::set<std::string> ended;
    for (const auto& job : jobs) {
      if (job.ended()) ended.insert(job.id());
    }
    const bool whole = plan_.is_embedded() && ended.size() == jobs.size();
    const auto period_ms = std::int64_t{stage_.cluster->config().janitor.period_s} * 1000;
    return find_leftovers(*stage_.cluster, stage_.canaries, ended, whole,
                          period_ms + janitor_slack_ms);
  }

  [[nodiscard]] std::vector<JobReport> job_reports(const Evidence& evidence) const {
    std::vector<JobReport> reports;
    for (std::size_t i = 0; i < evidence.jobs.size(); ++i) {
      const auto& job = evidence.jobs[i];
      const auto& view = job.view();
      JobReport report;
      report.id = job.id();
      report.source = evidence.details[i].source;
      report.status = view.status;
      if (view.error_code != 0 && view.status == "InError") {
        report.error = code_text(static_cast<Errc>(view.error_code));
      }
      report.retries = evidence.details[i].retries;
      report.attempts = view.epoch;
      report.events = job.events();
      report.bytes_sent = job.bytes_sent();
      const auto needed = needed_.find(report.source);
      if (needed != needed_.end()) report.bytes_needed = needed->second;
      const auto image = evidence.images.find(job.id());
      report.image = image == evidence.images.end() ? "-" : image->second.image;
      reports.push_back(std::move(report));
    }
    return reports;
  }

  const RunOptions& options_;
  const Plan& plan_;
  Stage& stage_;
  World world_;
  std::map<std::string, std::uint64_t> needed_;  // bytes that are not zero, by source id
  Observer observer_;
  ImageCheck images_;
  Strikes strikes_;
  RunReport report_;
  std::int64_t began_ms_ = 0;
};

}  // namespace

std::filesystem::path undo_file(const std::filesystem::path& work) { return work / "undo.json"; }

Result<RunReport> run_plan(const RunOptions& options) {
  auto undo = UndoLog::open(undo_file(options.work));
  if (!undo) return fail(undo.error());
  if (options.say) options.say("setting the stage in " + options.work.string());
  auto stage = set_stage(options.plan, options.seed, options.work, *undo, options.interrupted);
  if (!stage) {
    for (const auto& error : undo->fulfil_all()) {
      if (options.say) options.say("not undone: " + to_string(error));
    }
    return fail(stage.error());
  }
  RunReport report;
  {
    Run run{options, *stage, *undo};
    report = run.go();
  }
  for (const auto& error : undo->fulfil_all()) report.not_undone.push_back(to_string(error));
  return report;
}

}  // namespace ferry::chaos
