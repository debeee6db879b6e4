// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who may call what when, in the public API's words.
#include "actors/controller/job_decide.hpp"

#include <set>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

JobRecord in_state(JobState state) {
  auto record = replay("j-1", stored({created()})).value();
  record.state = state;
  record.settings.run_once = false;
  record.settings.frequency_hours = 1;
  record.settings.images_to_keep = 1;
  record.created_ms = 0;
  return record;
}

std::string phase_words(const std::string& is, const std::string& allowed) {
  return "The specified business status: " + is +
         " of the replication job is invalid. This operation can only be performed in the "
         "following status: " +
         allowed + ".";
}

const std::vector<JobState> running{JobState::preparing, JobState::syncing, JobState::processing,
                                    JobState::cleaning};

template <class Decide>
void check_allowed(Decide decide_in, const std::set<JobState>& allowed) {
  for (std::size_t i = 0; i < job_state_count; ++i) {
    const auto state = static_cast<JobState>(i);
    CAPTURE(status_text(state));
    CAPTURE(business_status_text(state));
    CHECK(decide_in(in_state(state)).has_value() == allowed.contains(state));
  }
}

using enum JobState;
const ClusterConfig config;

}  // namespace

TEST_CASE("each call is allowed in its states and in no other") {
  check_allowed(
      [](const JobRecord& r) {
        return decide(r, StartJob{{}, {}});
      },
      {ready, stopped, in_error, waiting});
  check_allowed([](const JobRecord& r) { return decide(r, PauseJob{{}}); }, {syncing, waiting});
  check_allowed([](const JobRecord& r) { return decide(r, CutOverJob{{}}); }, {waiting});
  check_allowed([](const JobRecord& r) { return decide(r, DeleteJob{{}}); },
                {ready, stopped, in_error, waiting, finished, expired});
  check_allowed([](const JobRecord& r) { return decide(r, CancelJob{{}}); },
                {ready, preparing, syncing, processing, stopped, in_error, waiting, expired});
}

TEST_CASE("each change is allowed in its states and in no other") {
  const auto change = [](auto set) {
    return [set](const JobRecord& record) {
      ModifyJob m;
      m.keep_transfer = true;
      set(m);
      return decide(record, m, config, 0);
    };
  };
  constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
  check_allowed(change([](ModifyJob& m) { m.name = "other"; }),
                {ready, preparing, syncing, processing, cleaning, stopped, in_error, waiting,
                 finished, expired});
  check_allowed(change([](ModifyJob& m) { m.keep_transfer = false; }),
                {ready, preparing, syncing, processing, stopped, in_error, waiting});
  check_allowed(change([](ModifyJob& m) { m.valid_until_ms = 10 * day_ms; }),
                {ready, preparing, syncing, processing, cleaning, stopped, in_error, waiting});
  check_allowed(change([](ModifyJob& m) { m.frequency_hours = 7; }), {ready, waiting});
  check_allowed(change([](ModifyJob& m) { m.images_to_keep = 7; }), {ready, waiting});
  check_allowed(change([](ModifyJob& m) { m.scheduled_start_ms = day_ms; }), {ready});
  check_allowed(change([](ModifyJob& m) { m.fixups = "off"; }),
                {ready, preparing, syncing, processing, stopped, in_error, waiting});
  check_allowed(change([](ModifyJob& m) { m.network = "keep"; }),
                {ready, preparing, syncing, processing, stopped, in_error, waiting});
  check_allowed(change([](ModifyJob& m) { m.boot_proof = "off"; }),
                {ready, preparing, syncing, processing, stopped, in_error, waiting});
  check_allowed(change([](ModifyJob& m) { m.set_excludes = true; }),
                {ready, stopped, in_error, waiting});
}

TEST_CASE("a call that is based on another version of the job is refused, whatever the state") {
  for (std::size_t i = 0; i < job_state_count; ++i) {
    auto record = in_state(static_cast<JobState>(i));
    record.changed_seq = 7;
    const auto refuses = [](const Result<JobEvent>& decided) {
      return !decided && decided.error().code == Errc::changed_meanwhile;
    };
    const auto check = [&](std::uint64_t based_on, bool refused) {
      CHECK(refuses(decide(record, StartJob{"", "", based_on})) == refused);
      CHECK(refuses(decide(record, PauseJob{"", based_on})) == refused);
      CHECK(refuses(decide(record, CancelJob{"", based_on})) == refused);
      CHECK(refuses(decide(record, DeleteJob{"", based_on})) == refused);
      CHECK(refuses(decide(record, CutOverJob{"", false, based_on})) == refused);
      ModifyJob modify;
      modify.based_on = based_on;
      CHECK(refuses(decide(record, modify, config, 0)) == refused);
    };
    check(6, true);
    check(8, true);
    check(7, false);
    check(0, false);
  }
}

TEST_CASE("the version of a job grows with its state and settings, and with nothing else") {
  auto record = replay("j-1", stored({created()})).value();
  CHECK(record.changed_seq == 1);
  apply(record, TransferModified{{5}}, 2);
  CHECK(record.changed_seq == 2);
  apply(record, FilesDiffer{}, 3);
  CHECK(record.changed_seq == 2);
  apply(record, JobStarted{"start"}, 4);
  CHECK(record.changed_seq == 4);
  CHECK(view_of(record).version == 4);
}

TEST_CASE("deleting a running job is refused, naming what could be deleted") {
  for (const auto state : running) {
    const auto refused = decide(in_state(state), DeleteJob{{}});
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::job_wrong_status);
    CHECK(refused.error().what ==
          status_words("Running", "Ready, Stopped, InError, Waiting, Finished, Expired"));
  }
}

TEST_CASE("a call in the wrong phase of a running job names the phases") {
  const auto pause = decide(in_state(processing), PauseJob{{}});
  CHECK(pause.error().code == Errc::job_wrong_business_status);
  CHECK(pause.error().what == phase_words("Processing", "Syncing"));
  const auto cancel = decide(in_state(cleaning), CancelJob{{}});
  CHECK(cancel.error().code == Errc::job_wrong_business_status);
  CHECK(cancel.error().what == phase_words("Cleaning", "Preparing, Syncing, Processing"));
  const auto cut_over = decide(in_state(syncing), CutOverJob{{}});
  CHECK(cut_over.error().code == Errc::job_wrong_status);
  CHECK(cut_over.error().what == status_words("Running", "Waiting"));
}

TEST_CASE("a job of one run has no frequency to change") {
  auto record = in_state(ready);
  record.settings.run_once = true;
  record.settings.frequency_hours = record.settings.images_to_keep = 0;
  ModifyJob m;
  m.keep_transfer = true;
  m.frequency_hours = 5;
  CHECK(decide(record, m, config, 0).error().code == Errc::invalid_argument);
}

TEST_CASE("a source server whose agent is away is refused in the API's words") {
  SourceView source;
  source.state = "Unavailable";
  const auto refused = check_available(source, "Available, InUse");
  CHECK(refused.error().code == Errc::source_wrong_state);
  CHECK(refused.error().what ==
        "The specified source server status: Unavailable is invalid. This operation can only be "
        "performed in the following status: Available, InUse.");
  source.state = "InUse";
  CHECK(check_available(source, "Available, InUse"));
}
