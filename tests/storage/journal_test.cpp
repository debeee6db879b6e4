// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/journal.hpp"

#include <csignal>
#include <filesystem>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "storage/enrolment.hpp"
#include "tests/storage/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

StoredActivation code_with(std::uint32_t quota, std::int64_t expires_ms) {
  return {random_id("at"), "name", sha256("secret"), quota, 0, wall_ms(), expires_ms, false};
}

}  // namespace

TEST_CASE("a second writer of the same event is refused") {
  Folder folder;
  Database database{folder.database()};
  Journal journal{database};
  REQUIRE(journal.create_job("j-1", "token"));
  CHECK(!journal.create_job("j-2", "token"));
  CHECK(journal.job_of_token("token") == "j-1");
  journal.append("j-1", {1, "job.created", "body", 5});
  CHECK_THROWS_AS(journal.append("j-1", {1, "job.created", "body", 5}), StorageFailure);
  journal.append("j-1", {2, "job.started", std::string("a\0b", 3), 6});
  const auto events = journal.events("j-1", 1);
  REQUIRE(events.size() == 1);
  CHECK(events[0].body == std::string("a\0b", 3));
}

TEST_CASE("a released resource stays released, whatever comes late") {
  Folder folder;
  Database database{folder.database()};
  Journal journal{database};
  journal.create_job("j-1", "t");
  journal.intend("r-1", "j-1", "instance");
  CHECK(journal.created("r-1", "i-1"));
  CHECK(journal.open_resources("j-1").at(0).provider_id == "i-1");
  CHECK(journal.open_resources().size() == 1);  // of all jobs
  CHECK(journal.resource("r-1")->state == ResourceState::created);
  CHECK(!journal.resource("r-2"));
  journal.releasing("r-1");
  CHECK(!journal.created("r-1", "i-2"));
  journal.released("r-1");
  journal.intend("r-1", "j-1", "instance");
  journal.releasing("r-1");
  CHECK(!journal.created("r-1", "i-3"));
  CHECK(journal.open_resources().empty());
}

TEST_CASE("a transaction that is not committed leaves nothing behind") {
  Folder folder;
  Database database{folder.database()};
  Journal journal{database};
  {
    Transaction transaction{database};
    journal.create_job("j-1", "t");
  }
  CHECK(journal.jobs().empty());
}

TEST_CASE("what was committed survives kill -9 of the writer") {
  Folder folder;
  for (int round = 0; round < 5; ++round) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Database database{folder.database()};
      Journal journal{database};
      const auto job = "j-" + std::to_string(round);
      journal.create_job(job, job);
      for (std::uint64_t seq = 1;; ++seq) {
        Transaction transaction{database};
        journal.append(job, {seq, "e", "b", 0});
        transaction.commit();
        (void)!::write(ends[1], &seq, sizeof seq);  // acknowledged only now
      }
    }
    ::close(ends[1]);
    std::uint64_t acknowledged = 0;
    std::uint64_t seq = 0;
    if (::read(ends[0], &seq, sizeof seq) == sizeof seq) acknowledged = seq;  // it has begun
    ::usleep(static_cast<useconds_t>(30'000 + round * 7'000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &seq, sizeof seq) == sizeof seq) acknowledged = seq;
    ::close(ends[0]);
    Database database{folder.database()};
    CHECK(acknowledged > 0);
    CHECK(Journal{database}.events("j-" + std::to_string(round)).size() >= acknowledged);
  }
}

TEST_CASE("an activation code registers up to its quota, each key once") {
  Folder folder;
  Database database{folder.database()};
  Enrolment enrolment{database};
  const auto code = code_with(2, wall_ms() + 60'000);
  enrolment.create_activation(code);
  const auto first = enrolment.register_source(code.id, "secret", "key-1", "inv");
  REQUIRE(first);
  CHECK(enrolment.register_source(code.id, "secret", "key-1", "inv")->id == first->id);
  CHECK(enrolment.register_source(code.id, "secret", "key-2", "inv"));
  CHECK(enrolment.register_source(code.id, "secret", "key-3", "inv").error().code ==
        Errc::code_used_up);
  CHECK(enrolment.activations(code.id).at(0).registered == 2);
  CHECK(enrolment.sources().size() == 2);
}

TEST_CASE("unknown, wrong, expired and disabled codes each say what they are") {
  Folder folder;
  Database database{folder.database()};
  Enrolment enrolment{database};
  const auto expired = code_with(1, wall_ms() - 1);
  const auto disabled = code_with(1, wall_ms() + 60'000);
  enrolment.create_activation(expired);
  enrolment.create_activation(disabled);
  REQUIRE(enrolment.disable_activation(disabled.id));
  const auto code_of = [&](const std::string& id, const std::string& secret) {
    return enrolment.register_source(id, secret, "key", "inv").error().code;
  };
  CHECK(code_of("at-none", "secret") == Errc::code_unknown);
  CHECK(code_of("", "secret") == Errc::code_unknown);
  CHECK(code_of(expired.id, "wrong") == Errc::code_unknown);
  CHECK(code_of(expired.id, "secret") == Errc::code_expired);
  CHECK(code_of(disabled.id, "secret") == Errc::code_disabled);
  CHECK(enrolment.delete_activation(disabled.id));
  CHECK(code_of(disabled.id, "secret") == Errc::code_unknown);
  CHECK(!enrolment.delete_activation(disabled.id));
}
