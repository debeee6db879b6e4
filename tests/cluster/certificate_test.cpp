// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The certificate of a job of real processes: made once, whoever dies meanwhile, and good for
// finding one changed byte anywhere afterwards.
#include "messages/certificate.hpp"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/cluster/crashing_cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

struct CertifiedImage {
  std::string image;
  FERRY_FIELDS(image)
};

int verify(const Cluster& cluster, const Words& words) {
  Words argv{program("edgeferry"), "verify", "--key",
             (cluster.state() / "keys/certificates.pub").string()};
  argv.insert(argv.end(), words.begin(), words.end());
  const auto result = run({.argv = argv});
  REQUIRE(result);
  INFO(result->out << result->err);
  return result->exit_code;
}

void flip_a_bit(const fs::path& path, std::uint64_t offset) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  file.seekg(static_cast<std::streamoff>(offset));
  const auto byte = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(byte);
}

}  // namespace

TEST_CASE(
    "a job's certificate proves source, image and registry, and finds a flipped bit in them") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 24 * mib, 8 * mib);
  Cluster cluster{{.disks = {disk}}};
  const auto done = cluster.wait_for_status(cluster.start_job(), "Finished");
  const auto beside = fs::path{done.image_path} / "certificate.json";
  const auto text = read_file(beside);
  REQUIRE(text);
  CHECK(cluster.must({"job", "certificate", done.id}) == *text);
  const auto copy = folder.path() / "copy.json";
  const auto told = cluster.must({"job", "certificate", done.id, "--output", copy.string()});
  CHECK(from_json<CertifiedImage>(told).image == done.image);
  CHECK(read_file(copy).value() == *text);
  CHECK(verify(cluster, {beside.string(), done.image_path}) == 0);
  CHECK(verify(cluster, {copy.string(), "--digests", done.image_path + "/digests.bin"}) == 0);
  flip_a_bit(fs::path{done.image_path} / "system.qcow2", 1 << 20);
  CHECK(verify(cluster, {beside.string(), done.image_path}) == 3);
}

TEST_CASE("a certificate is one, whoever dies while it is made") {
  CrashingCluster crashing;
  for (const std::string point : {"job: a certificate is stored, not recorded",
                                  "importer: a certificate is there, not stored"}) {
    CAPTURE(point);
    crashing.arm(point);
    workload("migration").run(crashing);
    crashing.check_died();
  }
  const auto& cluster = crashing.cluster;
  const auto list = from_json<JobList>(cluster.must({"job", "list"}));
  REQUIRE(list.jobs.size() == 2);
  for (const auto& job : list.jobs) {
    const auto events = from_json<EventList>(cluster.must({"job", "events", job.id}));
    CHECK(std::ranges::count(events.events, "event.image_certified", &EventView::type) == 1);
    CHECK(read_file(fs::path{job.image_path} / "certificate.json").value() ==
          cluster.must({"job", "certificate", job.id}));
    CHECK(verify(cluster, {job.image_path + "/certificate.json", job.image_path}) == 0);
  }
}

TEST_CASE("a certificate that lists files is one, whoever dies while they are listed") {
  LiveCrashingCluster live{by_files_bytes};
  auto& cluster = live.cluster;
  Words words{"--every", "1"};
  words.insert(words.end(), by_files.begin(), by_files.end());
  const auto id = cluster.create_job(words);
  std::size_t runs = 0;
  for (const std::string point : {"transition: a disk is complete, not sealed",
                                  "agent: all parts of a disk are proven, it is not sealed",
                                  "job: a certificate is stored, not recorded"}) {
    CAPTURE(point);
    live.arm(point);
    cluster.must_once_up({"job", "start", id});
    ++runs;
    const auto job = cluster.wait_for(id, "after its run", [&](const JobView& view) {
      return view.status == "Waiting" && view.runs.size() == runs;
    });
    live.check_died();
    const auto beside = read_file(fs::path{job.image_path} / "certificate.json").value();
    CHECK(beside == cluster.must({"job", "certificate", id}));
    const auto signed_one = from_json<SignedCertificate>(beside);
    REQUIRE(signed_one.certificate.disks.at(0).files.size() == 1);
    CHECK(signed_one.certificate.disks[0].files[0].sha256.size() == 64);
    CHECK(verify(cluster, {job.image_path + "/certificate.json", job.image_path, "--files", "0:/",
                           live.mounted.point().string()}) == 0);
  }
  cluster.must({"job", "cancel", id});
  cluster.wait_for_status(id, "Deleted");
  cluster.check_nothing_temporary();
}
