// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is concluded from what was seen: progress, recovery, bytes sent again, promises.
#include <doctest/doctest.h>

#include "chaos/promises.hpp"
#include "chaos/recovery.hpp"

using namespace ferry;
using namespace ferry::chaos;

namespace {

JobView seen(double percent, std::uint64_t sent, std::uint64_t done,
             const std::string& status = "Running") {
  JobView view;
  view.id = "j-1";
  view.status = status;
  view.business_status = "Syncing";
  view.progress = percent;
  DiskProgress disk;
  disk.bytes_sent = sent;
  disk.bytes_done = done;
  view.disks.push_back(disk);
  return view;
}

EventList history(std::vector<std::string> texts) {
  EventList list;
  for (auto& text : texts) {
    EventView event;
    event.seq = list.events.size() + 1;
    event.type = "job.x";
    event.text = std::move(text);
    list.events.push_back(std::move(event));
  }
  return list;
}

std::string verdict(const std::vector<PromiseReport>& reports, const std::string& name) {
  for (const auto& report : reports) {
    if (report.name == name) return report.verdict;
  }
  return "missing";
}

StrikeReport kill_report(std::int64_t recovered_ms) {
  StrikeReport strike;
  strike.kind = "kill_9";
  strike.outcome = "done";
  strike.jobs = 1;
  strike.recovered_ms = recovered_ms;
  return strike;
}

}  // namespace

TEST_CASE("bytes of all attempts are added up, although each starts at nothing") {
  JobWatch job{"j-1"};
  job.note(seen(10, 100, 100));
  job.note(seen(20, 200, 200));
  job.note(seen(20, 30, 90));
  job.note(JobView{});  // a controller that just started
  job.note(seen(30, 60, 300));
  CHECK(job.bytes_sent() == 260);
  CHECK(job.best_done() == 300);
  CHECK(job.best_percent() == 30);
}

TEST_CASE("a history may only grow") {
  JobWatch job{"j-1"};
  job.note(history({"made", "started"}));
  job.note(history({"made", "started", "finished"}));
  CHECK(job.lost().empty());
  CHECK(job.events() == 3);
  job.note(history({"made", "started"}));
  CHECK(job.lost().size() == 1);
  job.note(history({"made", "started", "failed"}));
  CHECK(job.lost().size() == 2);
  auto gap = history({"made", "started", "finished"});
  gap.events.erase(gap.events.begin() + 1);
  gap.events.push_back({4, 0, "job.x", "deleted"});
  job.note(gap);
  CHECK(job.lost().size() == 3);
}

TEST_CASE("a job has recovered once it is further than it was, and what it sent again counts") {
  std::vector<JobWatch> jobs{JobWatch{"j-1"}};
  jobs[0].note(seen(30, 300, 300));
  Recovery recovery{jobs, 1000};
  CHECK(recovery.affected() == 1);
  // Seen this soon, it happened before.
  jobs[0].note(seen(31, 310, 310));
  recovery.look(jobs, 1200);
  CHECK_FALSE(recovery.over());
  // A new attempt sends 40 bytes that had arrived.
  jobs[0].note(seen(31, 40, 250));
  recovery.look(jobs, 2500);
  CHECK_FALSE(recovery.over());
  jobs[0].note(seen(32, 60, 320));
  recovery.look(jobs, 3000);
  CHECK(recovery.over());
  CHECK(recovery.took_ms(9000) == 2000);
  CHECK(recovery.bytes_again() == 50);  // 70 were sent, 20 of them brought it further
}

TEST_CASE("the clock of a recovery starts again with the next fault") {
  std::vector<JobWatch> jobs{JobWatch{"j-1"}};
  jobs[0].note(seen(30, 300, 300));
  Recovery recovery{jobs, 1000};
  recovery.begin_anew(jobs, 5000);
  jobs[0].note(seen(40, 400, 400));
  recovery.look(jobs, 6000);
  CHECK(recovery.over());
  CHECK(recovery.took_ms(9000) == 1000);
}

TEST_CASE("a fault without a job costs nothing, and one whose job ended is over") {
  CHECK(Recovery{{}, 1000}.over());
  std::vector<JobWatch> jobs{JobWatch{"j-1"}};
  jobs[0].note(seen(30, 300, 300));
  Recovery recovery{jobs, 1000};
  jobs[0].note(seen(100, 300, 300, "Finished"));
  recovery.look(jobs, 1100);
  CHECK(recovery.over());
}

TEST_CASE("a promise breaks for its own reason only") {
  Evidence evidence;
  evidence.jobs.emplace_back("j-1");
  evidence.jobs[0].note(seen(100, 300, 300, "Finished"));
  evidence.details.push_back({"s-1", 0, false});
  evidence.images["j-1"] = {"equal", ""};
  evidence.strikes.push_back(kill_report(900));
  const PromisesPlan promises;
  CHECK(all_held(judge(promises, evidence)));

  auto late = promises;
  late.progress_within_ms = 0;
  CHECK(verdict(judge(late, evidence), "progress_within") == "broken");
  CHECK(verdict(judge(late, evidence), "jobs_finish") == "held");

  auto other = evidence;
  other.images["j-1"] = {"different", "byte 7"};
  CHECK(verdict(judge(promises, other), "images_equal") == "broken");
  other.images.clear();
  CHECK(verdict(judge(promises, other), "images_equal") == "broken");

  other = evidence;
  other.leftovers = {"instance i-1"};
  CHECK(verdict(judge(promises, other), "nothing_left") == "broken");
  other.touched = {"canary"};
  CHECK(verdict(judge(promises, other), "foreign_untouched") == "broken");

  other = evidence;
  other.strikes = {kill_report(-1)};
  CHECK(verdict(judge(promises, other), "progress_within") == "broken");
  other.strikes[0].outcome = "never";
  CHECK(verdict(judge(promises, other), "faults_happen") == "broken");
}

TEST_CASE("an error breaks the promise to finish, unless the plan expects it") {
  Evidence evidence;
  auto view = seen(30, 300, 300, "InError");
  view.error_code = 3006;
  evidence.jobs.emplace_back("j-1");
  evidence.jobs[0].note(view);
  evidence.details.push_back({"s-1", 0, true});
  PromisesPlan promises;
  CHECK(verdict(judge(promises, evidence), "jobs_finish") == "broken");
  promises.final_errors = {"FERRY-3006"};
  CHECK(verdict(judge(promises, evidence), "jobs_finish") == "held");
  promises.final_errors.clear();
  promises.jobs_finish = false;
  CHECK(verdict(judge(promises, evidence), "jobs_finish") == "not checked");
}

TEST_CASE("a run without a single job proves nothing") {
  Evidence evidence;
  evidence.missing_jobs = 1;
  evidence.trouble = "FERRY-6002 nobody listens";
  CHECK(verdict(judge({}, evidence), "jobs_finish") == "broken");
}
