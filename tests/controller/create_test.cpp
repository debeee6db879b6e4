// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One wish, one job: tokens, names and races; and many jobs that are over.
#include <atomic>
#include <stdexcept>

#include <doctest/doctest.h>

#include "base/crash_point.hpp"
#include "tests/controller/calls.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

CreateJob wish(const std::string& source, const std::string& token, const std::string& name) {
  CreateJob request{token, {}};
  request.settings.source = source;
  request.settings.name = name;
  return request;
}

/// Sends all before any is answered.
std::vector<Result<JobView>> at_once(Office& office, const std::vector<CreateJob>& requests) {
  caf::scoped_actor self{*office.live};
  std::vector<Result<JobView>> answers(requests.size(), fail(Errc::timeout, "nothing came"));
  std::vector<decltype(self->request(office.jobs, std::chrono::seconds{20}, requests[0]))> handles;
  for (const auto& request : requests) {
    handles.push_back(self->request(office.jobs, std::chrono::seconds{20}, request));
  }
  for (std::size_t i = 0; i < handles.size(); ++i) {
    handles[i].receive([&](const JobView& view) { answers[i] = view; },
                       [&](const caf::error& error) { answers[i] = fail(from_caf(error)); });
  }
  return answers;
}

/// Fails the actors that come by this crash point, until it ends.
class FailingAt : public CrashPoints {
 public:
  explicit FailingAt(std::string point) : point_(std::move(point)) { crash_with(this); }
  ~FailingAt() override { crash_with(nullptr); }
  FailingAt(const FailingAt&) = delete;
  FailingAt& operator=(const FailingAt&) = delete;

  void crash_point(std::string_view name) override {
    if (name != point_ || failed.exchange(true)) return;
    throw std::runtime_error{point_};
  }

  std::atomic<bool> failed{false};

 private:
  std::string point_;
};

}  // namespace

TEST_CASE("a source server that was claimed for a job which never came to be is free again") {
  FailingAt point{"jobs: a source is claimed, no job is durable"};
  Office office;
  const auto source = office.add_source();
  office.start();
  office.heartbeat_of(source);
  caf::anon_send(office.jobs, wish(source, "t", "web"));
  REQUIRE(eventually([&] { return point.failed.load(); }));
  CHECK(office.source(source).state == "InUse");
  office.start_jobs();  // as its supervisor does
  CHECK(eventually([&] { return office.source(source).state == "Available"; }));
  REQUIRE(office.create(wish(source, "u", "web")));
}

TEST_CASE("two equal requests at the same time make one job, and both get it") {
  Office office;
  const auto source = office.add_source();
  office.start();
  office.heartbeat_of(source);
  const auto answers = at_once(office, {wish(source, "t", "web"), wish(source, "t", "web")});
  REQUIRE(answers[0]);
  REQUIRE(answers[1]);
  CHECK(answers[0]->id == answers[1]->id);
  CHECK(office.ask<JobList>(office.jobs, ListJobs{})->total == 1);
}

TEST_CASE("a token with other parameters is refused, at once and after a restart") {
  Office office;
  const auto source = office.add_source();
  office.start();
  office.heartbeat_of(source);
  const auto answers = at_once(office, {wish(source, "t", "web"), wish(source, "t", "other")});
  REQUIRE(answers[0]);
  CHECK(answers[1].error().code == Errc::token_reused);
  office.restart();
  CHECK(office.create(wish(source, "t", "web"))->id == answers[0]->id);
  const auto refused = office.create(wish(source, "t", "other"));
  CHECK(refused.error().code == Errc::token_reused);
  CHECK(refused.error().what.find(answers[0]->id) != std::string::npos);
}

TEST_CASE("two unfinished jobs can't have one name, whoever comes first") {
  Office office;
  const auto first = office.add_source();
  const auto second = office.add_source();
  office.start();
  office.heartbeat_of(first);
  office.heartbeat_of(second);
  const auto answers = at_once(office, {wish(first, "", "web"), wish(second, "", "web")});
  CHECK(answers[0].has_value() != answers[1].has_value());
  const auto& refused = answers[0] ? answers[1] : answers[0];
  CHECK(refused.error().code == Errc::name_taken);
  CHECK(refused.error().what == "The specified replication job name already exists.");
  // The server of the one that was refused is free.
  const auto free = answers[0] ? second : first;
  CHECK(eventually([&] { return office.source(free).job.empty(); }));
  const auto other = office.create(free, {}, "other");
  REQUIRE(other);
  CHECK(office.ask<JobView>(office.jobs, name_change(other->id, "web")).error().code ==
        Errc::name_taken);
  office.restart();
  CHECK(office.create(free, {}, "web").error().code == Errc::source_wrong_state);
  CHECK(office.ask<JobView>(office.jobs, name_change(other->id, "web")).error().code ==
        Errc::name_taken);
  CHECK(office.ask<JobView>(office.jobs, name_change(other->id, "db"))->settings.name == "db");
}

TEST_CASE("the name of a job that is over is free again") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto id = office.create(source)->id;
  REQUIRE(office.ask<JobView>(office.jobs, DeleteJob{id}));
  CHECK(eventually([&] { return office.job(id)->status == "Deleted"; }));
  CHECK(eventually([&] { return office.create(source).has_value(); }));
}

TEST_CASE("a refused change of a name leaves the old one taken and the new one free") {
  Office office;
  const auto first = office.add_source();
  const auto second = office.add_source();
  office.start();
  const auto id = office.create(first, {}, "one")->id;
  auto change = name_change(id, "two");
  change.valid_until_ms = 1;
  CHECK(office.ask<JobView>(office.jobs, change).error().code == Errc::invalid_argument);
  CHECK(office.job(id)->settings.name == "one");
  CHECK(office.create(second, {}, "one").error().code == Errc::name_taken);
  CHECK(eventually([&] { return office.create(second, {}, "two").has_value(); }));
}

TEST_CASE(
    "an image name is given once to those who ask for one of their own, and others share it") {
  Office office;
  std::vector<std::string> sources;
  for (int i = 0; i < 4; ++i) sources.push_back(office.add_source());
  office.start();
  const auto with_image = [&](std::size_t place, const std::string& image, bool unique,
                              const std::string& region = {}) {
    auto request = wish(sources[place], {}, "job" + std::to_string(place));
    request.settings.image_name = image;
    request.settings.region = region;
    request.unique_image_name = unique;
    office.heartbeat_of(sources[place]);
    return office.create(request);
  };
  const auto first = with_image(0, "web", true);
  REQUIRE(first);
  const auto refused = with_image(1, "web", true);
  CHECK(refused.error().code == Errc::image_name_used);
  CHECK(refused.error().what ==
        "The specified imageName: \"web\" was used by another replication job in the current "
        "region.");
  const auto second = with_image(1, "db", true);
  REQUIRE(second);
  CHECK(with_image(2, "web", true, "ap-southeast-1"));
  CHECK(with_image(3, "web", false));
  office.restart();
  const auto rename = [&](const std::string& id, const std::string& image) {
    ModifyJob change{.job = id, .transfer = {}, .keep_transfer = true};
    change.image_name = image;
    change.unique_image_name = true;
    return office.ask<JobView>(office.jobs, change);
  };
  CHECK(rename(second->id, "web").error().code == Errc::image_name_used);
  CHECK(rename(second->id, "db")->settings.image_name == "db");  // its own
  CHECK(rename(second->id, "mail")->settings.image_name == "mail");
  CHECK(rename(first->id, "not a name").error().code == Errc::invalid_argument);
  CHECK(rename(first->id, "db")->settings.image_name == "db");  // left by the second
  REQUIRE(office.ask<JobView>(office.jobs, DeleteJob{first->id}));
  CHECK(eventually([&] { return rename(second->id, "db").has_value(); }));
}

TEST_CASE("ten thousand finished jobs have no actor, and slow no other job down") {
#ifdef FERRY_SANITIZED
  constexpr std::size_t count = 500;
#else
  constexpr std::size_t count = 10'000;
#endif
  Office office;
  const auto source = office.add_source();
  const auto history = stored(long_life());
  office.with_database([&](Database& database) {
    Journal journal{database};
    Transaction transaction{database};
    for (std::size_t i = 0; i < count; ++i) {
      const auto id = "j-" + std::to_string(100'000 + i);
      journal.create_job(id, id);
      for (const auto& event : history) journal.append(id, event);
    }
    transaction.commit();
    return 0;
  });
  const auto start_ms = steady_ms();
  office.start();
  const auto made = office.create(source, {}, "live");
  REQUIRE(made);
  const auto loaded_ms = steady_ms();
  for (int i = 0; i < 100; ++i) REQUIRE(office.job(made->id));
  const auto asked_ms = steady_ms();
  const auto page = office.ask<JobList>(office.jobs, ListJobs{});
  const auto listed_ms = steady_ms();
  REQUIRE(page);
  MESSAGE("loaded in " << loaded_ms - start_ms << " ms, 100 questions in " << asked_ms - loaded_ms
                       << " ms, a page in " << listed_ms - asked_ms << " ms");
  CHECK(page->jobs.size() == std::min<std::size_t>(count, limits::jobs_listed_max));
  CHECK(page->total == count + 1);
  CHECK((*office.live).registry().running() < 50);
  CHECK(office.ask<JobList>(office.jobs, ListJobs{"Ready"})->jobs.size() == 1);
  const auto last =
      office.ask<JobList>(office.jobs, ListJobs{"", static_cast<std::uint32_t>(count)});
  REQUIRE(last->jobs.size() == 1);
  CHECK(last->jobs[0].id == made->id);
}
