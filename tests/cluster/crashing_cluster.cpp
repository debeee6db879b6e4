// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/crashing_cluster.hpp"

#include <algorithm>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/random.hpp"
#include "base/snapshot_name.hpp"

namespace ferry::cluster_test {
namespace {

namespace fs = std::filesystem;

const Words paced{"--bandwidth", "300"};  // 64 MiB take two seconds

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string new_job(const Cluster& cluster, const Words& words) {
  // With a token of ours, so that asking again after a lost answer makes no second one.
  return cluster.create_job(Words{"--client-token", random_id("c")} + words);
}

/// An operator's patience: asks again until it is acknowledged, or until the job shows that
/// only the answer was lost.
void insist(const Cluster& cluster, const std::string& id, const std::string& verb,
            const std::function<bool(const JobView&)>& is_done) {
  CommandOutput output;
  const auto works = [&] {
    output = cluster.cli({"job", verb, id});
    if (output.exit_code == 0) return true;
    const auto shown = cluster.cli({"job", "show", id});
    return shown.exit_code == 0 && is_done(from_json<JobView>(shown.out));
  };
  REQUIRE_MESSAGE(eventually(works, 60s), verb << ": " << output.err << cluster.logs());
}

void start(const Cluster& cluster, const std::string& id) {
  insist(cluster, id, "start", [](const JobView& job) { return job.status != "Ready"; });
}

void check_survived(CrashingCluster& c, const std::string& id, const std::string& name) {
  const auto job = c.cluster.wait_for_status(id, "Finished");
  static_cast<MortalCluster&>(c).check_survived(job, name);
}

void migrate(CrashingCluster& c) {
  CHECK(eventually([&] { return c.cluster.cli({"workgroup", "list"}).exit_code == 0; }));
  const auto id = new_job(c.cluster, paced);
  start(c.cluster, id);
  check_survived(c, id, "migration");
}

void pause(CrashingCluster& c) {
  const auto id = new_job(c.cluster, paced);
  start(c.cluster, id);
  c.cluster.wait_until_copied(id, 10);
  const auto is_stopped = [](const JobView& job) { return job.status == "Stopped"; };
  insist(c.cluster, id, "pause", is_stopped);
  c.cluster.wait_for_status(id, "Stopped");
  std::this_thread::sleep_for(1500ms);  // the agent is asked until it has stopped
  insist(c.cluster, id, "resume", std::not_fn(is_stopped));
  check_survived(c, id, "pause");
}

void cancel(CrashingCluster& c) {
  const auto images = c.cluster.images();
  const auto id = new_job(c.cluster, paced);
  start(c.cluster, id);
  c.cluster.wait_for(id, "uploading",
                     [](const JobView& job) { return job.step.starts_with("uploading"); });
  insist(c.cluster, id, "cancel",
         [](const JobView& job) { return job.status == "Deleting" || job.status == "Deleted"; });
  c.cluster.wait_for_status(id, "Deleted");
  CHECK(c.cluster.images() == images);
  c.check_nothing_left();
}

void run_twice(CrashingCluster& c) {
  const auto images = c.cluster.images();
  const auto id = new_job(c.cluster, paced + Words{"--every", "1", "--keep", "1"});
  start(c.cluster, id);
  c.cluster.wait_for_status(id, "Waiting");
  insist(c.cluster, id, "start", [](const JobView& job) { return job.status != "Waiting"; });
  c.cluster.wait_for(id, "after its second run", [](const JobView& job) {
    return job.status == "Waiting" && job.runs.size() == 2;
  });
  insist(c.cluster, id, "cutover", [](const JobView& job) { return job.status != "Waiting"; });
  check_survived(c, id, "two runs");
  CHECK(c.cluster.images() == images + 1);
}

/// Of an instance that was released, as if a writer had been late.
void leak(CrashingCluster& c) {
  const auto instances = c.cluster.state() / "instances";
  if (!fs::exists(instances / "released")) migrate(c);
  const auto token = fs::directory_iterator { instances / "released" } -> path().filename();
  fs::create_directories(instances / token);
  std::ofstream{instances / token / "disk0.raw"} << "left over";
  CHECK(eventually([&] { return !fs::exists(instances / token); }));
  CHECK(eventually([&] { return c.cluster.cli({"resource", "list"}).exit_code == 0; }));
  c.check_nothing_left();
}

}  // namespace

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all{
      {"migration", migrate},
      {"leak", leak},
      {"pause", pause},
      // Many parts, so that an upload takes long enough to be caught.
      {"cancel", cancel, "[image]\npart_size = \"128 KiB\"\n"},
      {"two runs", run_twice}};
  return all;
}

const Workload& workload(const std::string& name) {
  return *std::ranges::find(workloads(), name, &Workload::name);
}

// -- a live server ---------------------------------------------------------------------

namespace {

fs::path made_disk(const fs::path& image, std::uint64_t bytes, const std::string& filesystem) {
  make_server_disk(image, bytes, 16 * mib, filesystem);
  return image;
}

}  // namespace

LiveCrashingCluster::LiveCrashingCluster(std::uint64_t disk_bytes, const std::string& filesystem)
    : loop(made_disk(image, disk_bytes, filesystem)),
      mounted(folder.path() / "mnt", {loop.partition()}),
      cluster{{.disks = {loop.device()},
               .root = mounted.point().string(),
               .crash_folder = crash_path()}} {}

/// What is frozen can't be unmounted.
LiveCrashingCluster::~LiveCrashingCluster() { (void)thaw(); }

bool LiveCrashingCluster::thaw() const {
  const auto output = run({.argv = {"fsfreeze", "--unfreeze", mounted.point().string()}});
  return output && output->exit_code == 0;
}

void migrate_renting(RentingCrashingCloud& renting) {
  auto& cloud = renting.cloud;
  const auto images = cloud.images().size();
  const auto id = new_job(*cloud.cluster, {});
  start(*cloud.cluster, id);
  cloud.cluster->wait_for_status(id, "Finished", 180s);
  CHECK(cloud.images().size() == images + 1);
  CHECK(cloud.temporary() == "");
}

void migrate_live(LiveCrashingCluster& live, const Words& words) {
  const auto id = live.cluster.start_job(words);
  live.cluster.wait_for_status(id, "Finished");
  live.cluster.check_nothing_temporary();
  CHECK(eventually([&] {
    const auto work = live.cluster.state() / "source" / "work";
    return fs::is_empty(work);
  }));
  CHECK_FALSE(live.thaw());
  for (const auto& entry : fs::directory_iterator{live.mounted.point()}) {
    CHECK_FALSE(is_snapshot_name(entry.path().filename().string()));
  }
}

// -- the folder ------------------------------------------------------------------------

void CrashFolder::arm(const std::string& point, int visit) const {
  fs::remove(crash_path() / "died");
  std::ofstream{crash_path() / "next"} << visit << ' ' << point;
  fs::rename(crash_path() / "next", crash_path() / "armed");
}

void CrashFolder::check_died() const {
  CHECK_MESSAGE(eventually([this] { return died_ms() != 0; }, 10s), "nobody came by the point");
  fs::remove(crash_path() / "armed");
}

std::int64_t CrashFolder::died_ms() const {
  struct stat info {};
  if (::stat((crash_path() / "died").c_str(), &info) != 0) return 0;
  return info.st_ctim.tv_sec * 1000 + info.st_ctim.tv_nsec / 1'000'000;
}

void CrashFolder::pass(std::chrono::milliseconds time) {
  ahead_ += time;
  std::ofstream{crash_path() / "next"} << ahead_.count();
  fs::rename(crash_path() / "next", crash_path() / "ahead");
}

std::set<std::string> CrashFolder::take_visited() const {
  std::set<std::string> points;
  std::ifstream in{crash_path() / "visited"};
  for (std::string line; std::getline(in, line);) points.insert(line);
  in.close();
  fs::remove(crash_path() / "visited");
  return points;
}

}  // namespace ferry::cluster_test
