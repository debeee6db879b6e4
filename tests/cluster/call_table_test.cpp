// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every call that a job makes of its cloud against every way in which a call goes wrong: cut off
// before its effect, done with the answer lost, held back, failed, and its caller killed before the
// effect and after it. The job ends well or stops with an error that says what to do, and once it
// is over nothing of it is left. Which calls there are is found out first, by a job that nothing
// happens to. The whole table takes half an hour and is run by scripts/call-table; a sample of it
// belongs to the default tests.
#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <set>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "messages/resource.hpp"
#include "tests/cluster/emulated_cloud.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
using emulator::text_of;
namespace fs = std::filesystem;

namespace {

constexpr auto table_job_limit = 240s;
/// After the last job: two periods of the janitor, and the time that the cloud takes.
constexpr auto rest_limit = 15s;
/// The janitor looks as well, and takes some of what is meant for the job.
constexpr int troubled_looks = 4;

struct Trouble {
  std::string words;
  emulator::Json fault;
  std::string outcome;  // of the call, as the emulated cloud notes it
  bool kills = false;   // all workers, of whom one has called
};

const std::array<Trouble, 6>& troubles() {
  static const std::array<Trouble, 6> all{
      {{"cut off", {{"kind", "crash-connection-before"}}, "dropped"},
       {"answer lost", {{"kind", "lose-reply"}}, "lost"},
       {"throttled", {{"kind", "throttle"}, {"retry_after", 50}}, "Throttling.User"},
       {"failed", {{"kind", "status"}, {"status", 500}}, "InternalError"},
       {"caller killed before", {{"kind", "crash-connection-before"}}, "dropped", true},
       {"caller killed after", {{"kind", "lose-reply"}}, "lost", true}}};
  return all;
}

struct Row {
  std::string action;
  Trouble trouble;
};

bool is_look(const std::string& action) {
  return std::ranges::any_of(std::array{"Describe", "List", "Get", "Head"},
                             [&](const char* word) { return action.starts_with(word); });
}

/// Those of the cluster file and of its machines, whose files lie in the cloud's folder.
int kill_workers(const EmulatedCloud& cloud) {
  int killed = 0;
  const auto end = [&](pid_t process) {
    if (process > 1 && ::kill(process, SIGKILL) == 0) ++killed;  // 0: it is not started again yet
  };
  end(cloud.cluster->pid("worker-1"));
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto words = read_file(entry.path() / "cmdline", 4096).value_or("");
    const bool is_worker = words.find("/cluster.toml") != std::string::npos &&
                           words.find("-worker") != std::string::npos;
    if (!is_worker || words.find(cloud.folder.path().string()) == std::string::npos) continue;
    end(std::stoi(entry.path().filename()));
  }
  return killed;
}

/// How a job comes to its machine, and the image to ENS.
enum class Way {
  rented,
  native,    // rented, and the cloud makes the image of its disks
  borrowed,  // an instance that was there before
};

/// One cluster and one cloud, for one job after another.
struct CallTable {
  EmulatedCloud cloud;
  Cluster& cluster = *cloud.cluster;
  Words job_words;
  std::string not_ours;  // of what there is in the cloud
  std::size_t finished = 0;
  std::atomic<int> killed = 0;

  explicit CallTable(Way way = Way::rented)
      : cloud{{.machines = true,
               .role = true,
               .more = "[janitor]\nperiod_s = 1\n",
               .native = way == Way::native,
               .gib_bytes = way == Way::borrowed ? 16U << 20U : 0}} {
    if (way != Way::borrowed) return;
    job_words = {"--instance", cloud.own_instance()};
    not_ours = cloud.temporary();
  }

  /// What a job asks of the cloud if nothing happens to it.
  std::set<std::string> calls_of_a_job() {
    survive({});
    std::set<std::string> actions;
    for (const auto& call : cloud.faults.calls()) actions.insert(text_of(call, "action"));
    actions.erase("");
    return actions;
  }

  /// A job to which all of this happens.
  void survive(const std::vector<Row>& rows) {
    std::string words;
    for (const auto& row : rows) words += row.action + ' ' + row.trouble.words + "; ";
    CAPTURE(words);
    cloud.faults.forget_calls();
    killed = 0;
    for (const auto& row : rows) {
      auto fault = row.trouble.fault;
      fault["action"] = row.action;
      fault["calls"] = is_look(row.action) && !row.trouble.kills ? troubled_looks : 1;
      auto added = *emulator::fault_of(fault);
      if (row.trouble.kills) added.strikes = [this] { killed += kill_workers(cloud); };
      cloud.faults.add(std::move(added));
    }
    const auto begin_ms = steady_ms();
    const auto id = cluster.start_job(job_words);
    const auto job = cluster.wait_for(
        id, "over",
        [](const JobView& view) { return view.status == "Finished" || view.status == "InError"; },
        table_job_limit);
    check_end(job);
    // Keys of a role are asked for when it is time, and not by the job.
    for (const auto& row : rows) {
      CHECK_MESSAGE(eventually([&] { return has_struck(row); }, rest_limit), words);
    }
    cloud.faults.clear();
    const auto deaths =
        std::ranges::count_if(rows, [](const Row& row) { return row.trouble.kills; });
    CHECK(killed >= deaths);
    check_nothing_left();
    MESSAGE(words << job.status << " " << job.error << " after " << (steady_ms() - begin_ms) / 1000
                  << " s");
  }

  void check_end(const JobView& job) {
    if (job.status == "Finished") {
      ++finished;
      const auto image = cloud.images().back();
      CHECK(text_of(image, "id") == job.image);
      CHECK(same_contents(cloud.disk, qcow2_below(cloud.folder_of(image))));
      return;
    }
    CHECK(job.error_code != static_cast<std::uint16_t>(Errc::internal));
    CHECK(retry_class(static_cast<Errc>(job.error_code)) != Retry::fatal);
    CHECK_FALSE(job.error.empty());
    CHECK_FALSE(job.fix.empty());
    cluster.must({"job", "cancel", job.id});
    cluster.wait_for_status(job.id, "Deleted", table_job_limit);
  }

  [[nodiscard]] bool has_struck(const Row& row) const {
    const auto calls = cloud.faults.calls();
    return std::ranges::any_of(calls, [&](const emulator::Json& call) {
      return text_of(call, "action") == row.action &&
             text_of(call, "outcome") == row.trouble.outcome;
    });
  }

  /// Images of finished jobs, with their records, and not one thing more.
  void check_nothing_left() {
    eventually([&] { return cloud.temporary() == not_ours; }, rest_limit);
    CHECK(cloud.temporary() == not_ours);
    CHECK(cloud.images().size() == finished);
    const auto objects = cloud.store.objects(EmulatedCloud::bucket);
    const auto records = std::ranges::count_if(
        objects, [](const auto& object) { return object.key.ends_with("/image.json"); });
    CHECK(static_cast<std::size_t>(records) == finished);
    CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
  }
};

/// Each call that a job makes in this way, and in none of the others, by itself.
void survive_all(Way way, const std::vector<Way>& others, bool kills) {
  std::set<std::string> told;
  for (const auto other : others) {
    for (const auto& action : CallTable{other}.calls_of_a_job()) told.insert(action);
  }
  CallTable table{way};
  int rows = 0;
  for (const auto& action : table.calls_of_a_job()) {
    if (told.contains(action)) continue;
    for (const auto& trouble : troubles()) {
      if (trouble.kills != kills) continue;
      table.survive({{action, trouble}});
      ++rows;
    }
  }
  MESSAGE(rows << " rows");
  CHECK(rows > 0);
}

}  // namespace

TEST_CASE(
    "a job ends well though calls of the cloud go wrong in every way, and callers are killed") {
  const auto& [cut_off, lost, throttled, failed, killed_before, killed_after] = troubles();
  CallTable table;
  table.survive({{"CreateVpc", lost},
                 {"CreateVSwitch", throttled},
                 {"AuthorizeSecurityGroup", failed},
                 {"RunInstances", lost},
                 {"UploadPart", cut_off},
                 {"CompleteMultipartUpload", lost},
                 {"ImportImage", lost},
                 {"DeleteInstance", lost},
                 {"DeleteSecurityGroup", failed},
                 {"DeleteVpc", cut_off}});
  table.survive({{"RunInstances", killed_after},
                 {"CompleteMultipartUpload", killed_before},
                 {"ImportImage", killed_after},
                 {"DeleteInstance", killed_before}});
}

TEST_CASE("call table: a rented machine" * doctest::skip()) { survive_all(Way::rented, {}, false); }

TEST_CASE("call table: a rented machine and killed callers" * doctest::skip()) {
  survive_all(Way::rented, {}, true);
}

TEST_CASE("call table: images that the cloud makes" * doctest::skip()) {
  survive_all(Way::native, {Way::rented}, false);
}

TEST_CASE("call table: images that the cloud makes and killed callers" * doctest::skip()) {
  survive_all(Way::native, {Way::rented}, true);
}

TEST_CASE("call table: a borrowed instance" * doctest::skip()) {
  survive_all(Way::borrowed, {Way::rented}, false);
}

TEST_CASE("call table: a borrowed instance and killed callers" * doctest::skip()) {
  survive_all(Way::borrowed, {Way::rented}, true);
}
