// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Exclude rules that change between two runs of a job, whoever dies meanwhile.
#include <doctest/doctest.h>

#include "tests/cluster/crashing_cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

/// An operator's patience: the same request again until it is acknowledged.
JobView modify(const Cluster& cluster, const std::string& id, const Words& words) {
  Words argv{"job", "modify", id};
  argv.insert(argv.end(), words.begin(), words.end());
  CommandOutput output;
  REQUIRE_MESSAGE(eventually(
                      [&] {
                        output = cluster.cli(argv);
                        return output.exit_code == 0;
                      },
                      60s),
                  output.err);
  return from_json<JobView>(output.out);
}

/// Each of the three folders as its image has it: its number, or nothing.
std::string folders_of(const fs::path& image, const fs::path& scratch) {
  const auto raw = scratch / "copy.raw";
  must_run({"qemu-img", "convert", "-O", "raw", image.string(), raw.string()});
  const LoopDisk disk{raw};
  const Mount seen{scratch / "copy", {"-o", "ro", disk.partition()}};
  return must_run({"sh", "-c", "cd " + seen.point().string() + "; cat one/x two/x three/x; :"});
}

}  // namespace

TEST_CASE("rules that change between two runs are the old or the new ones, whoever dies") {
  LiveCrashingCluster live{by_files_bytes};
  const auto& root = live.mounted.point();
  const auto write = [&](const std::string& number) {
    must_run({"sh", "-ec",
              "cd " + root.string() + "; for i in one two three; do mkdir -p $i; echo " + number +
                  " > $i/x; done"});
  };
  write("1");
  auto& cluster = live.cluster;
  Words words{"--every", "1", "--exclude", "/one/"};
  words.insert(words.end(), by_files.begin(), by_files.end());
  const auto id = cluster.create_job(words);
  const Words old{"/one/"};
  const Words changed{"*.none", "/two/"};
  CHECK(cluster.refused({"job", "modify", id, "--exclude", "a[b"}).error == "FERRY-1001");
  CHECK(modify(cluster, id, {"--no-exclude"}).settings.excludes.empty());
  CHECK(modify(cluster, id, {"--exclude", "/one/"}).settings.excludes == old);

  cluster.must({"job", "start", id});
  CHECK(cluster.refused({"job", "modify", id, "--exclude", "/two/"}).error == "FERRY-5011");
  const auto first = cluster.wait_for_status(id, "Waiting");
  CHECK(folders_of(first.image_disks.at(0).file, live.folder.path()) == "1\n1\n");

  for (const std::string point :
       {"job: an event is decided, not durable", "job: an event is durable, not acted on"}) {
    CAPTURE(point);
    CHECK(modify(cluster, id, {"--exclude", "/one/"}).settings.excludes == old);
    live.arm(point);
    (void)cluster.cli({"job", "modify", id, "--exclude", "*.none", "--exclude", "/two/"});
    live.check_died();
    const auto kept =
        from_json<JobView>(cluster.must_once_up({"job", "show", id})).settings.excludes;
    CHECK((kept == old || kept == changed));
    CHECK(modify(cluster, id, {"--exclude", "*.none", "--exclude", "/two/"}).settings.excludes ==
          changed);
  }

  write("2");
  live.arm("agent: files are sent, not proven");
  cluster.must_once_up({"job", "start", id});
  const auto second = cluster.wait_for(id, "after its second run", [](const JobView& job) {
    return job.status == "Waiting" && job.runs.size() == 2;
  });
  live.check_died();
  CHECK(second.settings.excludes == changed);
  // What was copied before and is left out now stays as it was.
  CHECK(folders_of(second.image_disks.at(0).file, live.folder.path()) == "2\n1\n2\n");
  cluster.must({"job", "cancel", id});
  cluster.wait_for_status(id, "Deleted");
  cluster.check_nothing_temporary();
}
