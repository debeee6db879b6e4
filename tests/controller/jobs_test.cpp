// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs by real actors, while no other node is there to work for them.
#include "actors/controller/jobs.hpp"

#include <algorithm>
#include <future>

#include <doctest/doctest.h>

#include "actors/controller/store.hpp"
#include "tests/controller/calls.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a new job is Ready, has its server and can be found") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto made = office.create(source);
  REQUIRE(made);
  CHECK(made->id.starts_with("j-"));
  CHECK(made->status == "Ready");
  CHECK(made->settings.disks.size() == 2);
  CHECK(office.source(source).job == made->id);
  CHECK(office.ask<JobList>(office.jobs, ListJobs{})->jobs.size() == 1);
  CHECK(office.ask<JobList>(office.jobs, ListJobs{"Ready"})->jobs.size() == 1);
  CHECK(office.ask<JobList>(office.jobs, ListJobs{"Running"})->jobs.empty());
  const auto events = office.events(made->id);
  REQUIRE(events.size() == 1);
  CHECK(events[0].type == "event.job_created");
  CHECK(office.job("j-none").error().code == Errc::not_found);
}

TEST_CASE("the same client token is the same job, also after a restart of the controller") {
  Office office;
  const auto source = office.add_source();
  const auto other = office.add_source();
  office.start();
  const auto made = office.create(source, "token-1");
  REQUIRE(made);
  CHECK(office.create(source, "token-1")->id == made->id);
  CHECK(office.create(other, "token-1", "another").error().code == Errc::token_reused);
  CHECK(office.source(other).job.empty());
  office.restart();
  CHECK(office.create(source, "token-1")->id == made->id);
  CHECK(office.ask<JobList>(office.jobs, ListJobs{})->jobs.size() == 1);
}

TEST_CASE("a server that is InUse gets no second job, and a refused wish leaves it free") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto refused = office.create(source, {}, "not a name");
  CHECK(refused.error().code == Errc::invalid_argument);
  CHECK(eventually([&] { return office.source(source).job.empty(); }));
  REQUIRE(office.create(source));
  const auto second = office.create(source, {}, "second");
  CHECK(second.error().code == Errc::source_wrong_state);
  office.restart();
  CHECK(office.create(source, {}, "third").error().code == Errc::source_wrong_state);
  CHECK(office.create("s-none").error().code == Errc::not_found);
}

TEST_CASE("a job shows nothing that a crash could take back") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto made = office.create(source);
  REQUIRE(made);
  std::promise<void> gate;
  caf::anon_send(office.store, Transact{[open = gate.get_future().share()](Database&) {
                   open.wait();
                   return caf::make_message(Done{});
                 }});
  caf::scoped_actor self{*office.live};
  caf::anon_send(office.jobs, CancelJob{made->id});
  std::string shown = "nothing";
  self->request(office.jobs, std::chrono::milliseconds{500}, GetJob{made->id})
      .receive([&](const JobView& view) { shown = view.status; }, [](const caf::error&) {});
  CHECK(shown == "nothing");
  gate.set_value();
  CHECK(eventually([&] { return office.job(made->id)->status == "Deleted"; }));
}

TEST_CASE("a canceled job that held nothing is deleted and gives its server back") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto made = office.create(source);
  REQUIRE(made);
  CHECK(office.ask<JobView>(office.jobs, CancelJob{made->id})->status == "Deleting");
  CHECK(eventually([&] { return office.job(made->id)->status == "Deleted"; }));
  CHECK(eventually([&] { return office.source(source).job.empty(); }));
  check_changes_nothing(
      office, CancelJob{made->id}, Errc::job_wrong_status,
      status_words("Deleted", "Ready, Running, Stopped, InError, Waiting, Expired"));
  CHECK(office.create(source, {}, "next"));
  office.restart();
  CHECK(office.job(made->id).error().code == Errc::not_found);
}

TEST_CASE("a Ready job can't be paused, resumed or retried") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto id = office.create(source)->id;
  const auto wrong = Errc::job_wrong_status;
  check_changes_nothing(office, PauseJob{id}, wrong, status_words("Ready", "Running, Waiting"));
  check_changes_nothing(office, StartJob{id, "resume"}, wrong, status_words("Ready", "Stopped"));
  check_changes_nothing(office, StartJob{id, "retry"}, wrong, status_words("Ready", "InError"));
}

TEST_CASE("a job that prepares waits for a node, and can't be paused or started") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto id = office.create(source)->id;
  const auto started = office.ask<JobView>(office.jobs, StartJob{id, "start"});
  REQUIRE(started);
  CHECK(started->status == "Running");
  CHECK(started->business_status == "Preparing");
  CHECK(started->epoch == 1);
  CHECK(eventually([&] { return office.job(id)->waiting_for == "a node of role transition"; }));
  check_changes_nothing(
      office, PauseJob{id}, Errc::job_wrong_business_status,
      "The specified business status: Preparing of the replication job is invalid. This operation "
      "can only be performed in the following status: Syncing.");
  check_changes_nothing(office, StartJob{id, "start"}, Errc::job_wrong_status,
                        status_words("Running", "Ready, Waiting"));
  check_changes_nothing(office, StartJob{id, ""}, Errc::job_wrong_status,
                        status_words("Running", "Ready, Stopped, InError, Waiting"));
}

TEST_CASE("a job that copies is paused and resumed, each with a new epoch") {
  Office office;
  const auto source = office.add_source();
  const auto id = add_job(office, source, first_of_life(4));
  office.start();
  REQUIRE(office.job(id)->business_status == "Syncing");
  const auto paused = office.ask<JobView>(office.jobs, PauseJob{id});
  REQUIRE(paused);
  CHECK(paused->status == "Stopped");
  CHECK(paused->business_status.empty());
  CHECK(paused->epoch == 2);
  check_changes_nothing(office, PauseJob{id}, Errc::job_wrong_status,
                        status_words("Stopped", "Running, Waiting"));
  office.restart();
  const auto resumed = office.ask<JobView>(office.jobs, StartJob{id, "resume"});
  REQUIRE(resumed);
  CHECK(resumed->epoch == 3);
  CHECK(resumed->business_status == "Preparing");
  CHECK(resumed->instance == "i-1");
}

TEST_CASE("a failed job keeps its error and its instance, and can be retried") {
  Office office;
  const auto source = office.add_source();
  const auto id = add_job(office, source, first_of_life(11));
  office.start();
  const auto failed = office.job(id);
  REQUIRE(failed);
  CHECK(failed->status == "InError");
  CHECK(failed->error_code == 2005);
  CHECK(failed->fix == "make room");
  CHECK(failed->instance == "i-1");
  check_changes_nothing(office, StartJob{id, "resume"}, Errc::job_wrong_status,
                        status_words("InError", "Stopped"));
  const auto retried = office.ask<JobView>(office.jobs, StartJob{id, "retry"});
  REQUIRE(retried);
  CHECK(retried->status == "Running");
  CHECK(retried->error_code == 0);
}

TEST_CASE("a job whose instance is gone can't be retried, only canceled") {
  Office office;
  const auto source = office.add_source();
  auto events = first_of_life(4);
  events.emplace_back(JobFailed{3006, "disk0.raw is gone", ""});
  const auto id = add_job(office, source, events);
  office.start();
  check_changes_nothing(office, StartJob{id, "retry"}, Errc::instance_gone, "disk0.raw is gone");
  CHECK(office.ask<JobView>(office.jobs, CancelJob{id}));
}

TEST_CASE("a finished job gives everything back and takes no call but its deletion") {
  Office office;
  const auto source = office.add_source();
  const auto id = add_job(office, source, long_life());
  office.start();
  const auto view = office.job(id);
  REQUIRE(view);
  CHECK(view->status == "Finished");
  CHECK(view->progress == 100);
  CHECK(view->image == "m-ens");
  const auto wrong = Errc::job_wrong_status;
  check_changes_nothing(office, PauseJob{id}, wrong, status_words("Finished", "Running, Waiting"));
  check_changes_nothing(office, StartJob{id, "start"}, wrong,
                        status_words("Finished", "Ready, Waiting"));
  check_changes_nothing(office, CutOverJob{id}, wrong, status_words("Finished", "Waiting"));
  check_changes_nothing(
      office, CancelJob{id}, wrong,
      status_words("Finished", "Ready, Running, Stopped, InError, Waiting, Expired"));
  check_changes_nothing(office, transfer_change(id), wrong,
                        status_words("Finished", "Ready, Running, Stopped, InError, Waiting"));
  CHECK(office.source(source).job.empty());
  const auto named = office.ask<JobView>(office.jobs, name_change(id, "another"));
  REQUIRE_MESSAGE(named, (named ? "" : to_string(named.error())));
  CHECK(named->settings.name == "another");
  REQUIRE(office.ask<JobView>(office.jobs, DeleteJob{id}));
  CHECK(eventually([&] { return office.job(id)->status == "Deleted"; }));
  CHECK(office.ask<JobList>(office.jobs, ListJobs{})->jobs.empty());
  office.restart();
  CHECK(office.job(id).error().code == Errc::not_found);
}

TEST_CASE("transfer settings are checked, kept and journalled") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto id = office.create(source)->id;
  auto change = transfer_change(id);
  change.transfer.bandwidth_mbps = 50;
  CHECK(office.ask<JobView>(office.jobs, change)->settings.transfer.bandwidth_mbps == 50);
  change.transfer.compression = 11;
  CHECK(office.ask<JobView>(office.jobs, change).error().code == Errc::invalid_argument);
  office.restart();
  CHECK(office.job(id)->settings.transfer.bandwidth_mbps == 50);
  CHECK(office.job(id)->settings.transfer.compression == limits::compression_default);
}

TEST_CASE("a job survives the death of its actor") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto id = office.create(source)->id;
  REQUIRE(office.ask<JobView>(office.jobs, StartJob{id, "start"}));
  caf::strong_actor_ptr first;
  REQUIRE(office.job(id, &first));
  REQUIRE(first);
  kill_and_wait(*office.live, caf::actor_cast<caf::actor>(first));
  caf::strong_actor_ptr second;
  REQUIRE(eventually([&] { return office.job(id, &second).has_value(); }));
  CHECK(second != first);
  CHECK(office.job(id)->business_status == "Preparing");
  CHECK(office.job(id)->epoch == 1);
  CHECK(office.events(id).size() == 2);
  CHECK(office.ask<JobView>(office.jobs, CancelJob{id}));
}

TEST_CASE("when the actor of all jobs dies, no actor of a job outlives it") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto id = office.create(source)->id;
  REQUIRE(office.ask<JobView>(office.jobs, StartJob{id, "start"}));
  caf::strong_actor_ptr actor;
  REQUIRE(office.job(id, &actor));
  kill_and_wait(*office.live, office.jobs);
  const auto orphan = caf::actor_cast<caf::actor>(actor);
  const auto answer = [&] { return office.ask<JobView>(orphan, GetJob{id}); };
  CHECK(eventually([&] { return !answer(); }, 5));
  kill_and_wait(*office.live, orphan);
  office.start_jobs();
  CHECK(office.job(id)->business_status == "Preparing");
}

TEST_CASE("a job whose history is damaged says so, stays away and leaves the others alone") {
  Office office;
  const auto source = office.add_source();
  const auto bad = add_job(office, source, {created(), JobFinished{}});
  office.start();
  const auto error = office.job(bad).error();
  CHECK(error.code == Errc::storage_damaged);
  CHECK(error.what.find(bad + " can't be read at event 2 (event.job_finished)") !=
        std::string::npos);
  CHECK(office.ask<JobView>(office.jobs, CancelJob{bad}).error() == error);
  CHECK(office.events(bad).size() == 2);
  CHECK(office.create(source));
}

TEST_CASE("with no node there, a job that has work to release says for what it waits") {
  Office office;
  const auto source = office.add_source();
  const auto id = add_job(office, source, first_of_life(3));
  office.with_database([&](Database& database) {
    Journal{database}.intend("i-1", id, "instance");
    return 0;
  });
  office.start();
  REQUIRE(office.ask<JobView>(office.jobs, CancelJob{id}));
  CHECK(office.job(id)->status == "Deleting");
  CHECK(office.source(source).job == id);
  office.restart();
  CHECK(office.job(id)->status == "Deleting");
  CHECK(office.source(source).job == id);
}

TEST_CASE("a job that runs can be canceled but not deleted") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto id = office.create(source)->id;
  REQUIRE(office.ask<JobView>(office.jobs, StartJob{id, "start"}));
  check_changes_nothing(
      office, DeleteJob{id}, Errc::job_wrong_status,
      status_words("Running", "Ready, Stopped, InError, Waiting, Finished, Expired"));
  REQUIRE(office.ask<JobView>(office.jobs, CancelJob{id}));
  CHECK(eventually([&] { return office.job(id)->status == "Deleted"; }));
  CHECK(office.ask<JobList>(office.jobs, ListJobs{})->jobs.empty());
}
