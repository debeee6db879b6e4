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
#include "storage/access_key_table.hpp"
#include "storage/enrolment.hpp"
#include "storage/feed.hpp"
#include "storage/schema.hpp"
#include "storage/workgroup_table.hpp"
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

TEST_CASE("what is given up is open no more, and what was released can't be given up") {
  Folder folder;
  Database database{folder.database()};
  Journal journal{database};
  journal.create_job("j-1", "t");
  for (const auto* token : {"r-1", "r-2"}) journal.intend(token, "j-1", "instance");
  journal.released("r-2");
  for (const auto* token : {"r-1", "r-2"}) journal.abandoned(token);
  CHECK(journal.open_resources().empty());
  CHECK(journal.resource("r-1")->state == ResourceState::abandoned);
  CHECK(journal.resource("r-2")->state == ResourceState::released);
  journal.releasing("r-1");
  CHECK(!journal.created("r-1", "late"));
  CHECK(journal.resource("r-1")->state == ResourceState::abandoned);
  CHECK(journal.closed_resources(10).size() == 2);
  CHECK(journal.closed_resources(1).size() == 1);
}

TEST_CASE("parts are intended with their resource, share its end, and can go before it") {
  Folder folder;
  Database database{folder.database()};
  Journal journal{database};
  journal.create_job("j-1", "t");
  const std::vector<PartIntent> parts{{"disk0", "disk", "i-1/disk0", 10},
                                      {"disk1", "disk", "i-1/disk1", 20}};
  for (int repeated = 0; repeated < 2; ++repeated) {
    journal.intend("i-1", "j-1", "instance", "t-1", parts);
  }
  auto rows = journal.open_resources("j-1");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].parent.empty());
  CHECK(rows[2].token == "i-1/disk1");
  CHECK(rows[2].parent == "i-1");
  CHECK(rows[2].node == "t-1");
  CHECK(rows[2].bytes == 20);
  CHECK(journal.created("i-1", "t-1"));
  CHECK(journal.resource("i-1/disk0")->state == ResourceState::created);

  journal.releasing("i-1/disk1");
  CHECK(journal.resource("i-1")->state == ResourceState::releasing);
  CHECK(journal.resource("i-1/disk0")->state == ResourceState::created);
  CHECK(!journal.created("i-1", "late"));
  journal.released("i-1/disk1");
  CHECK(journal.open_resources("j-1").size() == 2);
  journal.abandoned("i-1");
  CHECK(journal.open_resources("j-1").empty());
  CHECK(journal.resource("i-1/disk0")->state == ResourceState::abandoned);
  CHECK(journal.resource("i-1/disk1")->state == ResourceState::released);
  CHECK(journal.closed_resources(10).size() == 1);  // parts are not told again
}

TEST_CASE("a database of an earlier version is brought up to date with all its rows") {
  for (std::size_t version = 1; version < schema_steps.size(); ++version) {
    CAPTURE(version);
    Folder folder;
    {
      Database database{folder.database()};
      for (const auto* table : {"job_log",          "log_wanted",    "ecs_import_item",
                                "ecs_import",       "feed",          "notice",
                                "delivery",         "notification",  "event",
                                "resource",         "job",           "activation",
                                "workgroup_source", "workgroup",     "workgroup_request",
                                "source",           "cluster_event", "request_nonce",
                                "console_session",  "audit",         "access_key"}) {
        database.execute(("DROP TABLE " + std::string{table}).c_str());
      }
      for (std::size_t i = 0; i < version; ++i) database.execute(schema_steps[i]);
      database.execute(
          "INSERT INTO job VALUES ('j-1','c-1',1);"
          "INSERT INTO event VALUES ('j-1',1,'job.created',x'61',5);"
          "INSERT INTO resource(token,job,kind,state,provider_id,changed_ms) VALUES"
          " ('i-2','j-1','instance','created','t-1',7), ('e-1','j-1','export','releasing','',8),"
          " ('a-0','j-1','import','released','',9);"
          "INSERT INTO activation(id,name,secret_hash,quota,created_ms,expires_ms) VALUES"
          " ('at-1','lab',x'61',5,1,2);"
          "INSERT INTO source(id,public_key,activation,inventory,created_ms) VALUES"
          " ('s-1','key','at-1',x'62',3)");
      if (version >= 5) {
        database.execute(
            "INSERT INTO access_key VALUES ('EF1','ci','full',x'63',4,1);"
            "INSERT INTO request_nonce VALUES ('EF1',x'64',9)");
      }
      database.execute(("PRAGMA user_version=" + std::to_string(version)).c_str());
    }
    Database database{folder.database()};
    Journal journal{database};
    CHECK(journal.events("j-1").size() == 1);
    CHECK(Feed{database}.after(0, 10).at(0).job == "j-1");
    const auto open = journal.open_resources("j-1");
    REQUIRE(open.size() == 2);
    CHECK(open[0].token == "i-2");  // still in the order of their intents
    CHECK(open[0].provider_id == "t-1");
    CHECK(open[0].changed_ms == 7);
    CHECK(open[1].state == ResourceState::releasing);
    journal.abandoned("e-1");
    CHECK(journal.resource("e-1")->state == ResourceState::abandoned);
    CHECK(journal.resource("a-0")->state == ResourceState::released);
    Enrolment enrolment{database};
    CHECK(enrolment.activations("at-1").at(0).name == "lab");
    CHECK(enrolment.activations("at-1").at(0).description.empty());
    const auto source = enrolment.sources().at(0);
    CHECK(source.inventory == "b");
    CHECK((source.name.empty() && source.tags.empty() && !source.deleting));
    CHECK(source.resource_group.empty());
    CHECK(WorkgroupTable{database}.all().empty());
    if (version < 5) continue;
    AccessKeyTable keys{database};
    CHECK((keys.all().at(0).name == "ci" && keys.all().at(0).disabled));
    CHECK(keys.nonces(0).at(0).digest == "d");  // no request comes in twice because of an upgrade
    keys.remove("EF1");
    CHECK(keys.nonces(0).empty());
  }
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
