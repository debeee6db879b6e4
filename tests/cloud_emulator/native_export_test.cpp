// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Images that ECS makes and exports by itself: whatever happens to a call or to the process that
// makes it, there is one image with its objects at the end, and nothing once it is released.
#include "cloud/exported_disk.hpp"
#include "tests/cloud_emulator/cloud.hpp"
#include "tests/cloud_emulator/disks.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace ferry::emulator;

namespace {

using Objects = std::vector<ExportedObject>;

struct DiskMade {
  std::string DiskId;
  FERRY_FIELDS(DiskId)
};

/// A free disk of 20 GiB, which are 80 KiB here, with bytes of its own.
std::string make_cloud_disk(TestCloud& cloud, std::uint64_t gib = 20) {
  RpcClient ecs{cloud.service("ECS", std::string{ecs_version})};
  const auto made = ecs.call_for<DiskMade>(
      {"CreateDisk",
       {{"RegionId", cloud.place}, {"ZoneId", cloud.place + "-a"}, {"Size", std::to_string(gib)}}});
  REQUIRE_MESSAGE(made, to_string(made.error().error));
  write_bytes(disk_file(cloud.world, made->DiskId), random_bytes(5000), 4096);
  return made->DiskId;
}

/// How long the states of what begins from now on last.
void set_tick(TestCloud& cloud, std::int64_t ms) {
  const std::lock_guard lock{cloud.world.mutex};
  cloud.world.settings.tick_ms = ms;
}
constexpr std::int64_t short_ms = 2;
constexpr std::int64_t long_ms = 60'000;

NativeExportRequest request_of(TestCloud& cloud, const std::string& token = "x-1") {
  set_tick(cloud, short_ms);
  return {.token = token,
          .disks = {{0, make_cloud_disk(cloud)}, {2, make_cloud_disk(cloud)}},
          .prefix = "edge",
          .format = ObjectFormat::raw_archive};
}

bool nothing_made(TestCloud& cloud) {
  return cloud.count(kind::snapshot) == 0 && cloud.count(kind::image) == 0 &&
         cloud.store.objects(bucket_name).empty() && cloud.store.uploads(bucket_name).empty();
}

void check_one_image(TestCloud& cloud, const Objects& objects) {
  CHECK(cloud.count(kind::snapshot) == 2);
  CHECK(cloud.count(kind::image) == 1);
  REQUIRE(objects.size() == 2);
  CHECK(objects.front().index == 0);
  CHECK(objects.front().key.ends_with("_system.raw.tar.gz"));
  CHECK(objects.back().index == 2);
  CHECK(objects.back().key.ends_with("_data_xvdb.raw.tar.gz"));
  for (const auto& object : objects) {
    CHECK(object.format == ObjectFormat::raw_archive);
    CHECK(cloud.bucket->head(object.key)->size == object.size);
  }
}

bool has_called(TestCloud& cloud, const std::string& action) {
  return std::ranges::any_of(cloud.faults.calls(),
                             [&](const Json& call) { return call.at("action") == action; });
}

Result<Objects> ensure(TestCloud& cloud, const NativeExportRequest& request) {
  return at_last<Objects>([&] { return cloud.images().ensure(request, {}, {}); });
}

void check_release(TestCloud& cloud, const std::string& token) {
  const auto gone = at_last<void>([&] { return cloud.images().release(token, {}); });
  REQUIRE_MESSAGE(gone, to_string(gone.error()));
  CHECK(nothing_made(cloud));
}

/// Ends its work as soon as the service exports, which it does for long.
Result<Objects> stop_in_export(TestCloud& cloud, const NativeExportRequest& request) {
  std::stop_source stop;
  return cloud.images().ensure(
      request,
      [&](std::string_view now, double) {
        if (now == "image") set_tick(cloud, long_ms);
        if (now == "export") stop.request_stop();
      },
      stop.get_token());
}

}  // namespace

TEST_CASE(
    "whichever call of a native export goes wrong, there is one image at the end, and nothing once "
    "it is released") {
  TestCloud cloud;
  auto request = request_of(cloud);
  int number = 0;
  for (const auto* action :
       {"DescribeDisks", "CreateSnapshot", "DescribeSnapshots", "CreateImage", "DescribeImages",
        "ExportImage", "DescribeTasks", "DescribeTaskAttribute", "DeleteImage", "DeleteSnapshot"}) {
    for (auto trouble : troubles()) {
      CAPTURE(action);
      CAPTURE(trouble.words);
      trouble.fault.action = action;
      cloud.faults.add(trouble.fault);
      request.token = "x-" + std::to_string(++number);
      const auto objects = ensure(cloud, request);
      REQUIRE_MESSAGE(objects, to_string(objects.error()));
      check_one_image(cloud, *objects);
      check_release(cloud, request.token);
      cloud.faults.clear();
    }
  }
}

TEST_CASE("whichever call ends an export on its way goes wrong, nothing is left of it") {
  TestCloud cloud;
  auto request = request_of(cloud);
  int number = 0;
  for (const auto* action :
       {"CancelTask", "DescribeTasks", "DeleteImage", "ListMultipartUploads", "ListObjectsV2"}) {
    for (auto trouble : troubles()) {
      CAPTURE(action);
      CAPTURE(trouble.words);
      request.token = "x-" + std::to_string(++number);
      const auto stopped = stop_in_export(cloud, request);
      REQUIRE_FALSE(stopped);
      CHECK(stopped.error().code == Errc::canceled);
      trouble.fault.action = action;
      cloud.faults.add(trouble.fault);
      cloud.faults.forget_calls();
      check_release(cloud, request.token);
      CHECK(has_called(cloud, "CancelTask"));
      cloud.faults.clear();
      set_tick(cloud, short_ms);
    }
  }
}

TEST_CASE(
    "an exporter that dies between any two calls is followed by one that ends with one image") {
  TestCloud cloud;
  auto request = request_of(cloud);
  bool killed = true;
  for (int calls = 0; killed; ++calls) {
    CAPTURE(calls);
    Fault dead;
    dead.action = "*";
    dead.kind = FaultKind::drop_before;
    dead.calls = 1'000'000;
    dead.after = calls;
    cloud.faults.add(dead);
    request.token = "x-" + std::to_string(calls);
    killed = !cloud.images().ensure(request, {}, {});
    cloud.faults.clear();
    // One job goes on, the other one is given up.
    if (calls % 2 == 0) {
      const auto objects = cloud.images().ensure(request, {}, {});
      REQUIRE_MESSAGE(objects, to_string(objects.error()));
      check_one_image(cloud, *objects);
    }
    check_release(cloud, request.token);
    REQUIRE(calls < 100);
  }
}

TEST_CASE("an image that is exported is found again, and listed with all that belongs to it") {
  TestCloud cloud;
  const auto request = request_of(cloud);
  const auto first = cloud.images().ensure(request, {}, {});
  REQUIRE_MESSAGE(first, to_string(first.error()));
  cloud.faults.forget_calls();
  const auto again = cloud.images().ensure(request, {}, {});
  REQUIRE_MESSAGE(again, to_string(again.error()));
  CHECK(*again == *first);
  CHECK_FALSE(has_called(cloud, "ExportImage"));
  REQUIRE(cloud.images().ensure(request_of(cloud, "x-2"), {}, {}));
  const auto all = cloud.images().list({});
  REQUIRE_MESSAGE(all, to_string(all.error()));
  std::vector<std::string> kinds;
  for (const auto& found : *all) {
    if (found.token == "x-1") kinds.push_back(found.kind);
  }
  std::ranges::sort(kinds);
  CHECK(kinds == std::vector<std::string>{"custom_image", "export_object", "export_object",
                                          "snapshot", "snapshot"});
  REQUIRE(cloud.images().release("x-1", {}));
  CHECK(cloud.count(kind::image) == 1);  // the other one's
  CHECK(cloud.store.objects(bucket_name).size() == 2);
}

TEST_CASE("a region that exports qcow2 does so, and another one exports raw archives instead") {
  for (const auto* place : {"ap-southeast-1", "cn-beijing"}) {
    CAPTURE(place);
    TestCloud cloud{place};
    auto request = request_of(cloud);
    request.format = ObjectFormat::qcow2;
    const auto objects = cloud.images().ensure(request, {}, {});
    REQUIRE_MESSAGE(objects, to_string(objects.error()));
    const bool has_qcow2 = cloud.place == "ap-southeast-1";
    for (const auto& object : *objects) {
      CHECK(object.format == (has_qcow2 ? ObjectFormat::qcow2 : ObjectFormat::raw_archive));
      CHECK(object.key.ends_with(has_qcow2 ? ".qcow2" : ".raw.tar.gz"));
    }
  }
}

TEST_CASE("what ECS would refuse at the end is refused before anything is made") {
  TestCloud cloud;
  {
    const std::lock_guard lock{cloud.world.mutex};
    cloud.world.settings.absent_calls = 0;
  }
  const auto good = request_of(cloud);
  const auto refusal = [&](const NativeExportRequest& request) {
    const auto done = cloud.images().ensure(request, {}, {});
    REQUIRE_FALSE(done);
    CHECK(nothing_made(cloud));
    return done.error().code;
  };
  auto request = good;
  request.prefix = "edge-1";
  CHECK(refusal(request) == Errc::invalid_argument);
  request.prefix = std::string(31, 'e');
  CHECK(refusal(request) == Errc::invalid_argument);
  request = good;
  request.token = "X/1";
  CHECK(refusal(request) == Errc::invalid_argument);
  request = good;
  request.disks.front().id = "d\"]";
  CHECK(refusal(request) == Errc::invalid_argument);
  request = good;
  std::ranges::reverse(request.disks);
  CHECK(refusal(request) == Errc::invalid_argument);
  request = good;
  for (const std::uint32_t index : {3, 4, 5, 6}) request.disks.push_back({index, "d-1"});
  CHECK(refusal(request) == Errc::image_too_large);
  request = good;
  request.disks.back().id = make_cloud_disk(cloud, 501);
  CHECK(refusal(request) == Errc::image_too_large);
  auto elsewhere = EcsImages{{.ecs = cloud.service("ECS", std::string{ecs_version}),
                              .region = region,
                              .bucket = bucket_name,
                              .bucket_region = "cn-shanghai"},
                             cloud.bucket};
  const auto done = elsewhere.ensure(good, {}, {});
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::bucket_unavailable);
}

TEST_CASE("a refusal of ECS tells what its owner has to do, and nothing is left after a release") {
  struct Case {
    const char* action;
    Refusal refusal;
    Errc code;
    const char* fix;
  };
  const auto cases = std::to_array<Case>({
      {"ExportImage",
       {403, "NoSetRoletoECSServiceAcount", ""},
       Errc::access_refused,
       "AliyunECSImageExportDefaultRole"},
      {"ExportImage",
       {403, "InvalidOSS.NotAuthorized", ""},
       Errc::access_refused,
       "AliyunECSImageExportDefaultRole"},
      {"ExportImage", {403, "WeeklyQuotaExceed.ExportImage", ""}, Errc::service_refused, "week"},
      {"ExportImage", {400, "InvalidOSSBucket.NotFound", ""}, Errc::bucket_unavailable, "region"},
      {"ExportImage",
       {403, "InvalidOSSBucket.EncryptUnsupported", ""},
       Errc::bucket_unavailable,
       "encryption"},
      {"ExportImage", {400, "InvalidImage.DiskAmountOrSize", ""}, Errc::image_too_large, "500 GiB"},
      {"ExportImage", {403, "UserNotInTheWhiteList", ""}, Errc::access_refused, "support"},
      {"ExportImage", {404, "InvalidImageId.NotFound", ""}, Errc::image_failed, "alone"},
      {"CreateImage", {400, "QuotaExceed.Image", ""}, Errc::service_refused, "Quota Center"},
      {"CreateSnapshot", {400, "QuotaExceed.Snapshot", ""}, Errc::service_refused, "Quota Center"},
      {"CreateSnapshot",
       {403, "InvalidAccountStatus.NotEnoughBalance", ""},
       Errc::service_refused,
       "bill"},
      {"CreateSnapshot",
       {403, "InvalidAccountStatus.SnapshotServiceUnavailable", ""},
       Errc::service_refused,
       "activate snapshots"},
      {"CreateSnapshot", {404, "InvalidDiskId.NotFound", ""}, Errc::instance_gone, ""},
      {"CreateSnapshot", {403, "Forbidden.RAM", ""}, Errc::access_refused, "ecs:CreateSnapshot"},
  });
  TestCloud cloud;
  auto request = request_of(cloud);
  int number = 0;
  for (const auto& one : cases) {
    CAPTURE(one.refusal.code);
    Fault fault;
    fault.action = one.action;
    fault.refusal = one.refusal;
    cloud.faults.add(fault);
    request.token = "x-" + std::to_string(++number);
    const auto refused = cloud.images().ensure(request, {}, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == one.code);
    CHECK(refused.error().what.find(one.refusal.code) != std::string::npos);
    CHECK(refused.error().fix.find(one.fix) != std::string::npos);
    check_release(cloud, request.token);
  }
}

TEST_CASE("what passes by itself is waited for: another snapshot of the disk, other exports") {
  TestCloud cloud;
  const auto request = request_of(cloud);
  for (const auto& [action, code] :
       {std::pair{"CreateSnapshot", "IncorrectDiskStatus.CreatingSnapshot"},
        std::pair{"CreateImage", "IdempotentProcessing"},
        std::pair{"ExportImage", "ConcurrentQuotaExceed.ExportImage"}}) {
    Fault fault;
    fault.action = action;
    fault.refusal = {403, code, ""};
    fault.calls = 3;
    cloud.faults.add(fault);
  }
  const auto objects = cloud.images().ensure(request, {}, {});
  REQUIRE_MESSAGE(objects, to_string(objects.error()));
  check_one_image(cloud, *objects);
}

TEST_CASE("an export that has failed is asked for again, and an image that has failed is not") {
  TestCloud cloud;
  auto request = request_of(cloud);
  const auto set_all = [&](const char* kind, const Json& changes) {
    const std::lock_guard lock{cloud.world.mutex};
    cloud.world.settle();
    for (auto* one : cloud.world.all(kind)) one->update(changes);
  };
  REQUIRE_FALSE(stop_in_export(cloud, request));
  set_all(kind::task, {{"TaskStatus", "Failed"}, {"steps", Json::array()}, {"canceled", true}});
  set_tick(cloud, short_ms);
  const auto objects = cloud.images().ensure(request, {}, {});
  REQUIRE_MESSAGE(objects, to_string(objects.error()));
  check_one_image(cloud, *objects);
  set_all(kind::image, {{"Status", "CreateFailed"}});
  const auto failed = cloud.images().ensure(request, {}, {});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Errc::image_failed);
  CHECK(failed.error().what.find("CreateFailed") != std::string::npos);
}

TEST_CASE("a later attempt makes all anew of the disks as they are then, and nothing else stays") {
  TestCloud cloud;
  auto request = request_of(cloud);
  const auto first = cloud.images().ensure(request, {}, {});
  REQUIRE_MESSAGE(first, to_string(first.error()));
  const auto bytes = random_bytes(5000);
  write_bytes(disk_file(cloud.world, request.disks.front().id), bytes, 4096);
  ++request.attempt;
  const auto second = cloud.images().ensure(request, {}, {});
  REQUIRE_MESSAGE(second, to_string(second.error()));
  check_one_image(cloud, *second);
  CHECK(second->front().key != first->front().key);
  CHECK(cloud.store.objects(bucket_name).size() == 2);
  const auto file = cloud.scratch / "system.raw";
  const auto disk_bytes = 20 * cloud.world.settings.gib_bytes;
  const auto done = fetch_disk(*cloud.bucket, second->front(), disk_bytes, file, {}, {});
  REQUIRE_MESSAGE(done, to_string(done.error()));
  CHECK(read_bytes(file).substr(4096, bytes.size()) == bytes);
  check_release(cloud, request.token);
}
