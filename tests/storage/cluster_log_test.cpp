// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/cluster_log.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "tests/storage/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("an event of the cluster that is told twice is one event") {
  const Folder folder;
  Database database{folder.database()};
  ClusterLog log{database};
  log.append({0, 10, "actor_failed", "worker-1/exporter", "why"});
  log.append({0, 10, "actor_failed", "worker-1/exporter", "why"});
  log.append({0, 11, "actor_failed", "worker-1/exporter", "why"});
  const auto events = log.after(0, 100);
  REQUIRE(events.size() == 2);
  CHECK(events[0].at_ms == 10);
  CHECK(log.after(events[0].seq, 100).size() == 1);
}

TEST_CASE("the log of the cluster keeps the newest events") {
  const Folder folder;
  Database database{folder.database()};
  ClusterLog log{database};
  const auto count = static_cast<std::int64_t>(limits::cluster_events_max) + 5;
  const Transaction transaction{database};
  for (std::int64_t i = 0; i < count; ++i) log.append({0, i, "kind", "subject", "text"});
  const auto events = log.after(0, 1'000'000);
  CHECK(events.size() == limits::cluster_events_max);
  CHECK(events.back().at_ms == count - 1);
}
