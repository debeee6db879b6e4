// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A cluster whose bucket is OSS and whose registry is ENS: both emulated, by a cloud within the
// test.
#include <doctest/doctest.h>

#include "messages/resource.hpp"
#include "tests/cloud_emulator/front.hpp"
#include "tests/cloud_emulator/worker.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

constexpr auto bucket_name = "smc-transit";
constexpr auto secret = "planted-secret-0123456789";

struct CloudCluster {
  TempFolder folder;
  emulator::ObjectStore store{folder.path() / "oss"};
  emulator::World world{folder.path() / "cloud", {.tick_ms = 100, .absent_calls = 1}};
  emulator::Worker worker{world, store};
  emulator::Faults faults;
  emulator::Front front{world, store, faults, {{"test-id", secret, {}}}, 0};
  fs::path disk = folder.path() / "system.raw";
  std::unique_ptr<Cluster> cluster;

  CloudCluster() {
    REQUIRE(store.make_bucket(bucket_name, "cn-beijing"));
    make_server_disk(disk, 48 * mib, 20 * mib);
    const auto service = "http://127.0.0.1:" + std::to_string(front.port());
    cluster = std::make_unique<Cluster>(
        Plan{.disks = {disk},
             .more = "[bucket]\nkind = \"oss\"\nbucket = \"" + std::string{bucket_name} +
                     "\"\nregion = \"cn-beijing\"\naddressing = \"path\"\nendpoint = \"" + service +
                     "\"\n[registry]\nkind = \"ens\"\nendpoint = \"" + service + "\"\n",
             .environment = {"ALIBABA_CLOUD_ACCESS_KEY_ID=test-id",
                             "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + std::string{secret}}});
  }

  [[nodiscard]] std::vector<emulator::Json> images() {
    const std::lock_guard lock{world.mutex};
    world.settle();
    std::vector<emulator::Json> all;
    for (const auto* image : world.all(emulator::kind::ens_image)) all.push_back(*image);
    return all;
  }
  /// The folder in which the emulated ENS keeps an image.
  [[nodiscard]] fs::path folder_of(const emulator::Json& image) const {
    return world.folder_of(emulator::kind::ens_image, emulator::text_of(image, "id"));
  }
  /// Keys of what lies in the bucket and doesn't belong to an image that is kept.
  [[nodiscard]] std::vector<std::string> temporary() const {
    std::vector<std::string> keys;
    for (const auto& object : store.objects(bucket_name)) {
      if (!object.key.starts_with("edgeferry/images/")) keys.push_back(object.key);
    }
    for (const auto& upload : store.uploads(bucket_name)) keys.push_back("upload of " + upload.key);
    return keys;
  }
  void trouble(const char* action, const char* kind) {
    faults.add(*emulator::fault_of({{"action", action}, {"kind", kind}}));
  }
};

/// The one qcow2 file below a folder.
fs::path qcow2_below(const fs::path& folder) {
  fs::path found;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (!entry.is_regular_file()) continue;
    CHECK_MESSAGE(found.empty(), entry.path().string());
    found = entry.path();
  }
  return found;
}

}  // namespace

TEST_CASE("a server becomes an image in ENS through OSS, and nothing temporary is left there") {
  CloudCluster cloud;
  auto& cluster = *cloud.cluster;
  const auto job =
      cluster.wait_for_status(cluster.start_job({"--image-name", "web-server"}), "Finished");
  const auto images = cloud.images();
  REQUIRE(images.size() == 1);
  CHECK(emulator::text_of(images.front(), "ImageName") == "web-server");
  CHECK(emulator::text_of(images.front(), "ImageId") == job.image);
  CHECK(same_contents(cloud.disk, qcow2_below(cloud.folder_of(images.front()))));
  CHECK(cloud.temporary() == std::vector<std::string>{});
  CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
  CHECK(cluster.logs().find(secret) == std::string::npos);
}

TEST_CASE(
    "a job goes on by itself when the cloud loses answers, throttles and fails for a moment") {
  CloudCluster cloud;
  cloud.trouble("UploadPart", "crash-connection-before");
  cloud.trouble("CompleteMultipartUpload", "lose-reply");
  cloud.trouble("ImportImage", "lose-reply");
  cloud.trouble("ImportImage", "status");
  cloud.trouble("DescribeSelfImages", "throttle");
  auto& cluster = *cloud.cluster;
  const auto job = cluster.wait_for_status(cluster.start_job(), "Finished", 180s);
  CHECK(cloud.images().size() == 1);
  CHECK(cloud.temporary() == std::vector<std::string>{});
}

TEST_CASE("a job that is canceled while ENS works leaves no image and no object") {
  CloudCluster cloud;
  {
    const std::lock_guard lock{cloud.world.mutex};
    cloud.world.settings.tick_ms = 600'000;  // ENS takes its time
  }
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  REQUIRE(eventually([&] { return !cloud.images().empty(); }, 90s));
  cluster.must({"job", "cancel", id});
  CHECK(eventually([&] { return cluster.job(id).status == "Deleted"; }, 60s));
  CHECK(cloud.images().empty());
  CHECK(cloud.store.objects(bucket_name).empty());
  CHECK(cloud.temporary() == std::vector<std::string>{});
}

TEST_CASE("a job whose worker is killed while ENS works ends with the one image it had asked for") {
  CloudCluster cloud;
  {
    const std::lock_guard lock{cloud.world.mutex};
    cloud.world.settings.tick_ms = 3'000;
  }
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  REQUIRE(eventually([&] { return !cloud.images().empty(); }, 90s));
  cluster.kill_9("worker-1");
  cluster.wait_for_status(id, "Finished", 180s);
  CHECK(cloud.images().size() == 1);
  CHECK(cloud.temporary() == std::vector<std::string>{});
}
