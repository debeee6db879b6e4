// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/feed.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "storage/cluster_log.hpp"
#include "storage/journal.hpp"
#include "storage/schema.hpp"
#include "tests/storage/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("events of jobs and of the cluster have one number, in the order of their writing") {
  Folder folder;
  Database database{folder.database()};
  Feed feed{database};
  CHECK(feed.range().newest == 0);
  CHECK(feed.range().oldest == 1);
  Journal journal{database};
  REQUIRE(journal.create_job("j-1", "a"));
  REQUIRE(journal.create_job("j-2", "b"));
  journal.append("j-2", {1, "event.job_created", "body", 5});
  ClusterLog{database}.append({0, 6, "actor_failed", "worker-1/exporter", "why"});
  ClusterLog{database}.append({0, 6, "actor_failed", "worker-1/exporter", "why"});  // told again
  journal.append("j-1", {1, "event.job_created", "other", 4});
  const auto all = feed.after(0, 10);
  REQUIRE(all.size() == 3);
  CHECK((all[0].seq == 1 && all[0].job == "j-2" && all[0].entry == 1 && all[0].body == "body"));
  CHECK((all[1].seq == 2 && all[1].job.empty() && all[1].type == "actor_failed"));
  CHECK((all[1].subject == "worker-1/exporter" && all[1].text == "why" && all[1].at_ms == 6));
  CHECK((all[2].seq == 3 && all[2].job == "j-1" && all[2].at_ms == 4));
  CHECK(feed.after(1, 1).at(0).seq == 2);
  CHECK(feed.after(3, 10).empty());
  CHECK(feed.range().newest == 3);
}

TEST_CASE("what is undone leaves no hole between the numbers of events") {
  Folder folder;
  {
    Database database{folder.database()};
    Journal journal{database};
    REQUIRE(journal.create_job("j-1", "a"));
    {
      const Transaction undone{database};
      journal.append("j-1", {1, "event.job_created", "body", 5});
    }
    journal.append("j-1", {1, "event.job_created", "body", 5});
    Transaction all{database};
    database.execute("SAVEPOINT request");
    journal.append("j-1", {2, "event.job_started", "body", 5});
    CHECK_THROWS_AS(journal.append("j-1", {2, "event.job_started", "body", 5}), StorageFailure);
    database.execute("ROLLBACK TO request");
    database.execute("RELEASE request");
    journal.append("j-1", {2, "event.job_started", "body", 5});
    all.commit();
  }
  Database database{folder.database()};
  const auto events = Feed{database}.after(0, 10);
  REQUIRE(events.size() == 2);
  CHECK((events[0].seq == 1 && events[1].seq == 2));
}

TEST_CASE("events of the cluster that are dropped take with them what came before") {
  Folder folder;
  Database database{folder.database()};
  Journal journal{database};
  REQUIRE(journal.create_job("j-1", "a"));
  Transaction all{database};
  journal.append("j-1", {1, "event.job_created", "body", 5});
  ClusterLog log{database};
  log.append({0, 1, "kind", "first", ""});
  journal.append("j-1", {2, "event.job_started", "body", 5});
  for (std::size_t i = 2; i <= limits::cluster_events_max; ++i) {
    log.append({0, static_cast<std::int64_t>(i), "kind", "subject", ""});
  }
  Feed feed{database};
  CHECK(feed.range().oldest == 1);
  log.append({0, 0, "kind", "one more", ""});
  CHECK(feed.range().oldest == 3);
  CHECK(feed.range().newest == limits::cluster_events_max + 3);
  const auto rest = feed.after(2, 2);
  CHECK((rest[0].seq == 3 && rest[0].type == "event.job_started"));
  CHECK((rest[1].seq == 4 && rest[1].type == "kind"));
  all.commit();
}

TEST_CASE("a clock that was set back changes no job's order when an old database is numbered") {
  constexpr std::size_t numbering = 7;  // the step that makes the feed
  Folder folder;
  Database database{folder.database()};
  database.execute("DROP TABLE feed");
  for (const auto* trigger : {"feed_event", "feed_cluster_event", "feed_dropped"}) {
    database.execute(("DROP TRIGGER " + std::string{trigger}).c_str());
  }
  Journal journal{database};
  REQUIRE(journal.create_job("j-1", "a"));
  journal.append("j-1", {1, "event.job_created", "body", 100});
  journal.append("j-1", {2, "event.job_started", "body", 50});
  ClusterLog{database}.append({0, 70, "kind", "subject", ""});
  database.execute(schema_steps.at(numbering));
  const auto events = Feed{database}.after(0, 10);
  REQUIRE(events.size() == 3);
  CHECK(events[0].type == "kind");
  CHECK(events[1].type == "event.job_created");
  CHECK(events[2].type == "event.job_started");
}
