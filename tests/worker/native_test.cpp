// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Exports of disks that the cloud brings into the bucket by itself.
#include "actors/worker/worker_inventory.hpp"
#include "base/subprocess.hpp"
#include "tests/worker/works.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// Puts archives of real disks into the works' bucket, by tar.
class ArchiveCloud final : public NativeExporter {
 public:
  const Works* works = nullptr;
  std::vector<std::string> steps;  // that were asked for: "m-1 1" is an attempt
  std::vector<FoundResource> made;

  Result<std::vector<ExportedObject>> ensure(const NativeExportRequest& request,
                                             const NativeProgress& progress,
                                             const std::stop_token&) override {
    steps.push_back(request.token + ' ' + std::to_string(request.attempt));
    std::vector<ExportedObject> objects;
    auto bucket = works->bucket();
    for (const auto& [index, id] : request.disks) {
      CHECK(id == "d-" + std::to_string(index));
      const auto name = request.prefix + "_m-ecs_" + (index == 0 ? "system" : "data_xvdb") + ".raw";
      const auto file = works->folder.path() / (name + ".tar.gz");
      const auto packed =
          run_ok({.argv = {"tar", "-czf", file.string(), "-C", works->folder.path().string(),
                           "--transform=s|.*|" + name + "|", works->disk(index).filename()}});
      REQUIRE_MESSAGE(packed, to_string(packed.error()));
      const auto object = upload_file(bucket, file, name + ".tar.gz", limits::mib);
      REQUIRE_MESSAGE(object, to_string(object.error()));
      objects.push_back({index, object->key, object->size, ObjectFormat::raw_archive});
      made.push_back({"export_object", object->key, request.token, object->size, 0});
    }
    progress("export", 100);
    return objects;
  }
  Result<> release(std::string_view token, const std::stop_token&) override {
    steps.push_back("without " + std::string{token});
    auto bucket = works->bucket();
    for (const auto& one : made) REQUIRE(bucket.remove(one.name));
    made.clear();
    return {};
  }
  Result<std::vector<FoundResource>> list(const std::stop_token&) const override { return made; }
};

struct NativeWorks {
  std::shared_ptr<ArchiveCloud> cloud = std::make_shared<ArchiveCloud>();
  Works works{{}, cloud};

  NativeWorks() { cloud->works = &works; }

  /// Of disks whose paths are those of another host.
  ExportImage request(std::uint64_t epoch) {
    auto request = works.export_request(epoch);
    for (auto& disk : request.disks) {
      disk.path = "/nowhere/disk.raw";
      disk.cloud_disk = "d-" + std::to_string(disk.index);
    }
    return request;
  }
};

}  // namespace

TEST_CASE("disks that the cloud exports end as the same objects as those that the worker reads") {
  Works own;
  NativeWorks by_cloud;
  auto& works = by_cloud.works;
  const auto done = works.run_export(by_cloud.request(1));
  REQUIRE(done);
  REQUIRE_MESSAGE(done->state == "done", done->error);
  CHECK(done->progress == 100);
  REQUIRE(done->objects.size() == 2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto image = works.scratch() / ("m-1_" + image_disk_name(i));
    CHECK(compare_images(works.disk(i), image));
    CHECK(done->objects[i].tree_root == works.roots[i]);
    CHECK_FALSE(fs::exists(fs::path{image}.replace_extension(".raw")));
    CHECK(works.bucket().head(done->objects[i].key)->sha256 == done->objects[i].sha256);
  }
  CHECK(by_cloud.cloud->steps == std::vector<std::string>{"m-1 1"});
}

TEST_CASE("a disk that the cloud exports and that isn't what was proven refutes the copy") {
  NativeWorks by_cloud;
  flip_a_bit(by_cloud.works.disk(0));
  const auto refuted = by_cloud.works.run_export(by_cloud.request(1));
  REQUIRE(refuted);
  CHECK(refuted->state == "failed");
  CHECK(refuted->error_code == static_cast<std::uint16_t>(Errc::verify_mismatch));
  CHECK_FALSE(by_cloud.works.bucket().head("edge_m-1_system.qcow2"));
  // The next epoch has another copy proven, and asks the cloud for another image.
  by_cloud.works.prove();
  const auto done = by_cloud.works.run_export(by_cloud.request(2));
  REQUIRE(done);
  CHECK_MESSAGE(done->state == "done", done->error);
  CHECK(by_cloud.cloud->steps == std::vector<std::string>{"m-1 1", "m-1 2"});
}

TEST_CASE("a discard takes along what the cloud has made and what was fetched of it") {
  NativeWorks by_cloud;
  auto& works = by_cloud.works;
  REQUIRE(works.run_export(by_cloud.request(1)));
  // What a worker leaves behind that is killed while it fetches.
  for (const auto* name : {"m-1_system.raw", "m-1_data1.raw.qcow2"}) {
    std::ofstream{works.scratch() / name} << "half";
  }
  const DiscardExport native{"j-1", 1, "m-1", "edge", 2, std::string{native_part}};
  CHECK(eventually([&] { return bool{ask<Done>(*works.live, works.exporter, native)}; }));
  CHECK(by_cloud.cloud->steps.back() == "without m-1");
  CHECK(works.bucket().list("")->size() == 3);  // two disks, and their digests
  CHECK(eventually([&] { return bool{works.discard_export(1)}; }));
  CHECK(works.bucket().list("")->empty());
  CHECK(fs::is_empty(works.scratch()));
}

TEST_CASE("what the cloud has made is in the worker's inventory under its export's token") {
  NativeWorks by_cloud;
  auto& works = by_cloud.works;
  REQUIRE(works.run_export(by_cloud.request(1)));
  by_cloud.cloud->made.push_back({"snapshot", "s-2", "somebody-else", 0, 0});
  const auto found = list_found(works.options(), GetInventory{});
  REQUIRE(found);
  std::size_t objects = 0;
  for (const auto& one : *found) {
    CHECK(one.token == export_token("m-1"));
    objects += one.kind == "export_object" ? 1 : 0;
  }
  CHECK(objects == 2);
  const auto name = by_cloud.cloud->made.front().name;
  REQUIRE(remove_found(works.options(), {"export_object", name}));
  CHECK_FALSE(works.bucket().head(name));
  REQUIRE(remove_found(works.options(), {"export_object", name}));
}

TEST_CASE("a worker without a cloud says so when it is asked for the cloud's disks") {
  Works works;
  auto request = works.export_request(1);
  for (auto& disk : request.disks) disk.cloud_disk = "d-1";
  const auto refused = works.run_export(request);
  REQUIRE(refused);
  CHECK(refused->state == "failed");
  CHECK(refused->error.find("no cloud") != std::string::npos);
}
