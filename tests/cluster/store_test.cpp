// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs of real processes whose images go into a store of the network, which stands within this
// process: what is sent once is not sent again, nothing stays, and no secret leaves its place.
#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "tests/cloud/store_service.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

constexpr auto secret = "planted-secret-9d1c7707";

std::string tables(const test::StoreService& service, const std::string& more) {
  const auto settings = service.settings();
  return "[bucket]\nkind = \"" + std::string{settings.kind == StoreKind::oss ? "oss" : "s3"} +
         "\"\nbucket = \"" + settings.bucket + "\"\nregion = \"" + settings.region +
         "\"\nendpoint = \"http://" + settings.host +
         "\"\naddressing = \"path\"\n[image]\npart_size = \"5 MiB\"\n" + more;
}

/// A cluster that has its key from the environment. Its image has five parts.
struct StoreCluster {
  TempFolder folder;
  fs::path disk = folder.path() / "system.raw";
  test::StoreService service{StoreKind::s3};
  Cluster cluster;

  StoreCluster() : cluster{plan()} {}
  Plan plan() {
    make_server_disk(disk, 48 * mib, 20 * mib);
    service.owner = {"test-id", secret};
    return {.disks = {disk},
            .more = tables(service, {}),
            .environment = {"AWS_ACCESS_KEY_ID=test-id",
                            std::string{"AWS_SECRET_ACCESS_KEY="} + secret}};
  }
  void wait_at_gate() {
    REQUIRE_MESSAGE(eventually([this] { return service.waits_at_gate(); }), cluster.logs());
  }
  void check_empty() {
    const std::lock_guard lock{service.mutex};
    for (const auto& [key, object] : service.objects) FAIL_CHECK(key);
    for (const auto& [id, upload] : service.uploads) FAIL_CHECK(id);
  }
};

bool has_secret(const fs::path& file) {
  return read_file(file, 1 << 30).value_or("").find(secret) != std::string::npos;
}

}  // namespace

TEST_CASE("a worker that is killed while it uploads sends no part again that had arrived") {
  StoreCluster store;
  auto& cluster = store.cluster;
  auto& service = store.service;
  service.close_gate(2);
  const auto id = cluster.start_job();
  store.wait_at_gate();
  cluster.kill_9("worker-1");
  // The third part is there as well: it was on its way when its sender died.
  service.open_gate();
  REQUIRE(eventually([&] { return !service.waits_at_gate(); }));
  const auto job = cluster.wait_for_status(id, "Finished");
  cluster.check_finished(job, {store.disk});
  store.check_empty();
  CHECK(service.puts.size() >= 5);
  for (const auto& [part, times] : service.puts) {
    INFO(part.first << " " << part.second);
    CHECK(times == 1);
  }
  // The worker's environment has the secret, and no other place has.
  for (const auto* node : {"controller", "transition-1", "source", "worker-1"}) {
    CAPTURE(node);
    const auto process = fs::path{"/proc"} / std::to_string(cluster.pid(node));
    CHECK(has_secret(process / "environ") == (node == std::string{"worker-1"}));
    CHECK(!has_secret(process / "cmdline"));
  }
  for (const auto& entry : fs::recursive_directory_iterator{cluster.folder()}) {
    if (entry.is_regular_file()) CHECK_MESSAGE(!has_secret(entry.path()), entry.path().string());
  }
  for (const auto& words : {Words{"config", "check"}, Words{"job", "events", id},
                            Words{"cluster", "events"}, Words{"resource", "list", "--all"}}) {
    CHECK(cluster.must(words).find(secret) == std::string::npos);
  }
}

TEST_CASE("a job that is canceled while it uploads leaves no object and no upload in the store") {
  StoreCluster store;
  store.service.close_gate(2);
  const auto id = store.cluster.start_job();
  store.wait_at_gate();
  CHECK(store.cluster.must({"resource", "list"}).find("\"upload\"") != std::string::npos);
  // Whoever waits at the gate would do so for ever, and needs not.
  store.cluster.must({"job", "cancel", id});
  store.cluster.wait_for_status(id, "Deleted");
  store.service.open_gate();
  store.check_empty();
  store.cluster.check_nothing_temporary();
}

TEST_CASE("a job waits for a key that is good, and by itself for a store that is busy") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 16 * mib, 2 * mib);
  test::StoreService service{StoreKind::oss};
  const auto profile = folder.path() / "config.json";
  const auto write_profile = [&](const std::string& key) {
    std::ofstream{profile} << R"({"profiles": [{"name": "default", "mode": "AK", )"
                           << R"("access_key_id": "test-id", "access_key_secret": ")" << key
                           << R"("}]})";
    REQUIRE(::chmod(profile.c_str(), 0600) == 0);
  };
  write_profile("another-secret");
  Cluster cluster{{.disks = {disk},
                   .more = tables(service, "[credentials]\nsource = \"profile\"\nfile = \"" +
                                               profile.string() + "\"\n")}};
  const auto id = cluster.start_job();
  const auto job = cluster.wait_for_status(id, "InError");
  CHECK(job.error_code == static_cast<std::uint16_t>(Errc::access_refused));
  CHECK(job.error.find("SignatureDoesNotMatch") != std::string::npos);
  CHECK(cluster.refused({"bucket", "check"}).fix.find("secret of the access key") !=
        std::string::npos);
  write_profile(service.owner.secret);
  CHECK(cluster.must({"bucket", "check"}).find("remove both objects") != std::string::npos);
  {
    const std::lock_guard lock{service.mutex};
    service.busy = 5;
  }
  cluster.must({"job", "retry", id});
  cluster.check_finished(cluster.wait_for_status(id, "Finished"), {disk});
  CHECK(cluster.must({"job", "events", id}).find("SlowDown") != std::string::npos);
  CHECK(service.objects.empty());
}
