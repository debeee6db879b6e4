// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Export and import by their actors, with a real bucket, a real registry and qemu-img.
#include <fstream>

#include "tests/worker/works.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("disks become objects in the bucket, with size and digest") {
  Works works;
  const auto done = works.run_export(1);
  REQUIRE(done);
  REQUIRE_MESSAGE(done->state == "done", done->error);
  CHECK(done->progress == 100);
  REQUIRE(done->objects.size() == 2);
  CHECK(done->objects[0].key == "edge_m-1_system.qcow2");
  CHECK(done->objects[1].key == "edge_m-1_data1.qcow2");
  CHECK(done->objects[1].virtual_size == disk_bytes);
  CHECK(done->objects[1].tree_root == works.roots[1]);
  const auto object = works.bucket().head(done->objects[0].key);
  REQUIRE(object);
  CHECK(object->sha256 == done->objects[0].sha256);
  CHECK(object->size == done->objects[0].size);
}

TEST_CASE("the same job and epoch is the same export, a newer epoch looks again") {
  Works works;
  const auto first = works.run_export(3);
  REQUIRE(first);
  const auto modified = works.bucket().head("edge_m-1_system.qcow2")->modified_ms;
  const auto again = works.run_export(3);
  REQUIRE(again);
  CHECK(to_string(*again) == to_string(*first));
  const auto newer = works.run_export(4);
  REQUIRE(newer);
  CHECK(newer->state == "done");
  CHECK(newer->epoch == 4);
  CHECK(newer->objects[0].sha256 == first->objects[0].sha256);
  CHECK(works.bucket().head("edge_m-1_system.qcow2")->modified_ms == modified);
  CHECK(works.run_export(3).error().code == Errc::fenced);
  CHECK(works.discard_export(3).error().code == Errc::fenced);
}

TEST_CASE("a disk that changed and was proven since is exported anew") {
  Works works;
  const auto first = works.run_export(1);
  REQUIRE(first);
  std::fstream{works.disk(0), std::ios::in | std::ios::out} << "changed";
  works.prove();
  const auto second = works.run_export(2);
  REQUIRE(second);
  CHECK(second->objects[0].sha256 != first->objects[0].sha256);
  CHECK(second->objects[1].sha256 == first->objects[1].sha256);
}

TEST_CASE("an export that fails says why and how to go on, and succeeds when that is mended") {
  Works works;
  auto request = works.export_request(1);
  request.disks[1].path += ".gone";
  const auto failed = works.run_export(request);
  REQUIRE(failed);
  CHECK(failed->state == "failed");
  CHECK(failed->error_code != 0);
  CHECK(failed->error.find("disk1.raw.gone") != std::string::npos);
  CHECK(!failed->fix.empty());
  works.bucket_away = true;
  const auto away = works.run_export(2);
  REQUIRE(away);
  CHECK(away->state == "failed");
  CHECK(away->error_code == static_cast<std::uint16_t>(Errc::bucket_unavailable));
  works.bucket_away = false;
  CHECK(works.run_export(3)->state == "done");
}

TEST_CASE("discard removes objects, uploads and scratch files, and may be repeated") {
  Works works;
  REQUIRE(works.run_export(1));
  const auto upload = works.bucket().begin_upload("edge_m-1_system.qcow2", 4096, {});
  REQUIRE(upload);
  const auto foreign = works.bucket().begin_upload("edge_m-10_system.qcow2", 4096, {});
  REQUIRE(foreign);
  // What a worker leaves behind that is killed while it converts.
  std::ofstream{works.scratch() / "m-1_system.qcow2.part"} << "half";
  REQUIRE(works.discard_export(1));
  CHECK(works.bucket().list("")->empty());
  const auto uploads = works.bucket().list_uploads("");
  REQUIRE(uploads);
  REQUIRE(uploads->size() == 1);
  CHECK(uploads->front().upload == *foreign);
  CHECK(fs::is_empty(works.scratch()));
  CHECK(eventually([&] { return works.discard_export(1).has_value(); }));
}

TEST_CASE("one part of an export goes at a time, and from the first on nothing is made again") {
  Works works;
  REQUIRE(works.run_export(1));
  REQUIRE(works.bucket().begin_upload("edge_m-1_data1.qcow2", 4096, {}));
  const auto discard = [&](const std::string& part) {
    return ask<Done>(*works.live, works.exporter, DiscardExport{"j-1", 1, "m-1", "edge", 2, part});
  };
  REQUIRE(discard("object1"));
  CHECK(works.bucket().list("")->size() == 2);  // the digests go with the first disk
  CHECK(works.bucket().list_uploads("")->size() == 1);
  CHECK(works.run_export(1).error().code == Errc::fenced);
  REQUIRE(discard("upload1"));
  CHECK(works.bucket().list_uploads("")->empty());
  CHECK(fs::exists(works.scratch() / "m-1_data1.qcow2"));
  REQUIRE(discard("file1"));
  CHECK(!fs::exists(works.scratch() / "m-1_data1.qcow2"));
  CHECK(fs::exists(works.scratch() / "m-1_system.qcow2"));
  CHECK(discard("object2").error().code == Errc::invalid_argument);
  REQUIRE(discard("object0"));
  CHECK(works.bucket().list("")->empty());
}

TEST_CASE("a discard that failed succeeds when it is repeated, and nothing starts in between") {
  Works works;
  REQUIRE(works.run_export(1));
  works.bucket_away = true;
  CHECK(works.discard_export(2).error().code == Errc::bucket_unavailable);
  CHECK(works.run_export(2).error().code == Errc::fenced);
  CHECK(works.run_export(3).error().code == Errc::fenced);
  works.bucket_away = false;
  CHECK(works.discard_export(2));
  CHECK(works.bucket().list("")->empty());
}

TEST_CASE("a request that comes after its discard makes nothing again") {
  Works works;
  const auto request = works.import_request(1);
  REQUIRE(works.run_import(request));
  REQUIRE(works.discard_export(1));
  REQUIRE(works.discard_import(1));
  // The actors of the job have ended by now, and others take their place.
  CHECK(eventually([&] { return works.run_export(1).error().code == Errc::fenced; }));
  CHECK(eventually([&] { return works.run_import(request).error().code == Errc::fenced; }));
  CHECK(works.bucket().list("")->empty());
  CHECK(works.registry().list()->empty());
}

TEST_CASE("discard ends an export that runs") {
  Works works;
  REQUIRE(ask<ExportStatus>(*works.live, works.exporter, works.export_request(1)));
  REQUIRE(works.discard_export(1));
  CHECK(works.bucket().list("")->empty());
  CHECK((!fs::exists(works.scratch()) || fs::is_empty(works.scratch())));
}

TEST_CASE("requests of epoch 0 are work like any other") {
  Works works;
  auto request = works.import_request(0);
  CHECK(works.run_import(request)->state == "done");
  auto other = works.export_request(0);
  other.job = "j-2";
  other.image = "m-2";
  CHECK(works.run_export(other)->state == "done");
}

TEST_CASE("objects become an image, once per token, whatever the epoch") {
  Works works;
  auto request = works.import_request(1);
  const auto done = works.run_import(request);
  REQUIRE(done);
  REQUIRE_MESSAGE(done->state == "done", done->error);
  REQUIRE(done->disks.size() == 2);
  CHECK(fs::exists(done->disks[0].file));
  CHECK(done->disks[1].sha256 == request.objects[1].sha256);
  CHECK(works.run_import(request)->image == done->image);
  request.epoch = 2;
  CHECK(works.run_import(request)->image == done->image);
  works.stop();
  works.start();
  CHECK(works.run_import(request)->image == done->image);
  CHECK(works.registry().list()->size() == 1);
  request.epoch = 1;
  CHECK(works.run_import(request).error().code == Errc::fenced);
}

TEST_CASE("an import that was canceled after it completed leaves no image") {
  Works works;
  const auto request = works.import_request(1);
  const auto done = works.run_import(request);
  REQUIRE(done);
  REQUIRE(works.discard_import(2, "t-other"));
  CHECK(eventually([&] { return works.registry().list()->size() == 1; }));
  REQUIRE(eventually([&] { return works.discard_import(2).has_value(); }));
  CHECK(works.registry().list()->empty());
  CHECK(!fs::exists(done->path));
  CHECK(eventually([&] { return works.discard_import(2).has_value(); }));
}

TEST_CASE("a discard of an import that failed succeeds when it is repeated") {
  Works works;
  REQUIRE(works.run_import(works.import_request(1)));
  works.registry_away = true;
  CHECK(works.discard_import(2).error().code == Errc::registry_unavailable);
  CHECK(works.run_import(works.import_request(3)).error().code == Errc::fenced);
  works.registry_away = false;
  CHECK(works.discard_import(2));
  CHECK(works.registry().list()->empty());
}

TEST_CASE("an import that fails says why") {
  Works works;
  auto request = works.import_request(1);
  request.objects[0].sha256 = std::string(64, '0');
  const auto failed = works.run_import(request);
  REQUIRE(failed);
  CHECK(failed->state == "failed");
  CHECK(failed->error_code == static_cast<std::uint16_t>(Errc::object_corrupt));
  CHECK(works.registry().list()->empty());
}

TEST_CASE("work that nobody asks about ends, and begins again when it is asked for") {
  Works works;
  works.lease = std::chrono::milliseconds{200};
  works.bucket_slow = true;
  const auto at_rest = (*works.live).registry().running();
  REQUIRE(ask<ExportStatus>(*works.live, works.exporter, works.export_request(1)));
  CHECK((*works.live).registry().running() == at_rest + 1);
  CHECK(eventually([&] { return (*works.live).registry().running() == at_rest; }));
  CHECK(works.bucket().list("")->empty());
  works.bucket_slow = false;
  // On a busy machine it may end once more between two questions.
  CHECK(eventually([&] {
    const auto done = works.run_export(1);
    return done && done->state == "done";
  }));
  // A result stays until it has been fetched, however late.
  std::this_thread::sleep_for(std::chrono::milliseconds{600});
  CHECK((*works.live).registry().running() == at_rest + 1);
}
