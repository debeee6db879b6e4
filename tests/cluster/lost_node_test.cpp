// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A node that nobody starts again, and what a job does that has left something there.
#include <algorithm>

#include <doctest/doctest.h>

#include "messages/resource.hpp"
#include "tests/cluster/crashing_cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

constexpr auto patience = 130s;
constexpr const char* impatient_janitor = "[janitor]\nperiod_s = 1\nrelease_patience_s = 130\n";

/// Nothing dies by itself here; these programs let the patience pass at once.
struct LosingCluster : CrashFolder {
  TempFolder folder;
  std::filesystem::path disk = folder.path() / "system.raw";
  Cluster cluster{plan()};

  /// For good: no launcher is left that would start it again.
  void lose(const std::string& node) const {
    cluster.kill_9("launcher");
    cluster.kill_9(node);
  }
  /// As `resource list` shows them.
  [[nodiscard]] std::vector<ResourceView> rows(const Words& options = {}) const {
    Words words{"resource", "list"};
    words.insert(words.end(), options.begin(), options.end());
    return from_json<ResourceList>(cluster.must(words)).resources;
  }
  /// Of the ledger, whether it has ended or not; "" without one.
  [[nodiscard]] std::string row_state(const std::string& token) const {
    const auto all = rows({"--all"});
    const auto row = std::ranges::find(all, token, &ResourceView::token);
    return row == all.end() ? "" : row->state;
  }
  [[nodiscard]] bool has_event(const std::string& job, const std::string& type) const {
    return cluster.must({"job", "events", job}).find(type) != std::string::npos;
  }

 private:
  [[nodiscard]] Plan plan() const {
    make_server_disk(disk, 64 * mib, 40 * mib);
    return {.disks = {disk}, .more = impatient_janitor, .crash_folder = crash_path()};
  }
};

}  // namespace

TEST_CASE("a job whose transition node is lost ends once that is given up, and nothing stays") {
  LosingCluster c;
  auto& cluster = c.cluster;
  const auto id = cluster.start_job({"--bandwidth", "16"});
  const auto token = cluster.wait_until_copied(id, 5).instance;
  c.lose("transition-1");
  cluster.must({"job", "cancel", id});
  const auto forget = [&] { return Words{"resource", "release", "--forget", token}; };

  // As long as it may come back, nobody has to decide.
  cluster.wait_for(id, "waiting for its node",
                   [](const JobView& job) { return job.waiting_for == "transition-1"; });
  CHECK(cluster.refused(forget()).what == token + " is being released by job " + id);
  c.pass(patience);
  const auto job = cluster.wait_for(id, "told to have stalled",
                                    [](const JobView& view) { return view.error_code != 0; });
  CHECK(job.status == "Deleting");
  CHECK(job.error.starts_with("instance " + token + " on transition-1 can't be released"));
  CHECK(job.fix.find("edgeferry resource release --forget " + token) != std::string::npos);
  CHECK(c.has_event(id, "event.release_stalled"));
  CHECK(c.row_state(token) == "releasing");

  cluster.must(forget());
  cluster.wait_for_status(id, "Deleted");
  CHECK(c.has_event(id, "event.resource_abandoned"));
  CHECK(c.rows().empty());
  CHECK(c.row_state(token) == "abandoned");
  const auto sources = from_json<SourceList>(cluster.must({"source", "list"})).sources;
  CHECK(sources.at(0).job.empty());

  // It was not that lost after all, and still has the disk.
  CHECK(std::filesystem::exists(cluster.state() / "instances" / token));
  cluster.up();
  CHECK(eventually([&] { return c.row_state(token) == "released"; }));
  cluster.check_nothing_temporary();
  CHECK(cluster.must({"cluster", "events"}).find("resource_leaked") != std::string::npos);
}
