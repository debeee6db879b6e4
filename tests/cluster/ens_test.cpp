// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A cluster whose bucket is OSS and whose registry is ENS: both emulated, by a cloud within the
// test.
#include <doctest/doctest.h>

#include "messages/resource.hpp"
#include "tests/cluster/emulated_cloud.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

TEST_CASE("a server becomes an image in ENS through OSS, and nothing temporary is left there") {
  EmulatedCloud cloud{{.role = true}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--image-name", "web-server", "--license", "BYOL"});
  const auto job = cluster.wait_for_status(id, "Finished");
  const auto images = cloud.images();
  REQUIRE(images.size() == 1);
  CHECK(emulator::text_of(images.front(), "ImageName") == "web-server");
  CHECK(emulator::text_of(images.front(), "ImageId") == job.image);
  CHECK(emulator::text_of(images.front(), "license") == "BYOL");
  REQUIRE(job.notices.size() == 3);
  CHECK(job.notices.front().name == "oss_is_billed");
  CHECK(same_contents(cloud.disk, qcow2_below(cloud.folder_of(images.front()))));
  CHECK(cloud.temporary() == "");
  CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
  for (const auto& text : {cluster.logs(), cluster.must({"job", "events", job.id})}) {
    CHECK(text.find("role-secret-") == std::string::npos);
    CHECK(text.find("role-token-") == std::string::npos);
  }
}

TEST_CASE(
    "a job goes on by itself when the cloud loses answers, throttles and fails for a moment") {
  EmulatedCloud cloud;
  cloud.trouble("UploadPart", "crash-connection-before");
  cloud.trouble("CompleteMultipartUpload", "lose-reply");
  cloud.trouble("ImportImage", "lose-reply");
  cloud.trouble("ImportImage", "status");
  cloud.trouble("DescribeSelfImages", "throttle");
  auto& cluster = *cloud.cluster;
  const auto job = cluster.wait_for_status(cluster.start_job(), "Finished", 180s);
  CHECK(cloud.images().size() == 1);
  CHECK(cloud.temporary() == "");
  CHECK(cluster.logs().find(EmulatedCloud::secret) == std::string::npos);
}

TEST_CASE("a job that is canceled while ENS works leaves no image and no object") {
  EmulatedCloud cloud;
  cloud.set([](auto& settings) { settings.tick_ms = 600'000; });  // ENS takes its time
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  REQUIRE(eventually([&] { return !cloud.images().empty(); }, 90s));
  cluster.must({"job", "cancel", id});
  CHECK(eventually([&] { return cluster.job(id).status == "Deleted"; }, 60s));
  CHECK(cloud.images().empty());
  CHECK(cloud.store.objects(EmulatedCloud::bucket).empty());
  CHECK(cloud.temporary() == "");
}

TEST_CASE("a job whose worker is killed while ENS works ends with the one image it had asked for") {
  EmulatedCloud cloud;
  cloud.set([](auto& settings) { settings.tick_ms = 3'000; });
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  REQUIRE(eventually([&] { return !cloud.images().empty(); }, 90s));
  cluster.kill_9("worker-1");
  cluster.wait_for_status(id, "Finished", 180s);
  CHECK(cloud.images().size() == 1);
  CHECK(cloud.temporary() == "");
}
