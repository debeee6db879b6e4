// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/folder_registry.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.hpp"
#include "cloud/export.hpp"
#include "cloud/folder_bucket.hpp"
#include "cloud/image_file.hpp"
#include "tests/cloud/cloud_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr std::uint64_t imported_disk_bytes = 8 * limits::mib;

/// A bucket with a system and a data disk image, and a registry.
struct FolderCloud {
  explicit FolderCloud(RegistryLimits registry_limits = {})
      : bucket(*FolderBucket::open(scratch / "bucket")),
        registry(*FolderRegistry::open(scratch / "registry", std::move(registry_limits))) {
    request.client_token = "job-1/run-1";
    request.name = "web-server";
    request.region = "cn-beijing";
    request.source_id = "s-1";
    request.source_hostname = "source01";
    request.source_os = "Debian GNU/Linux 12";
    request.job = "j-1";
    for (std::uint32_t index : {0U, 1U}) add_disk(index);
  }

  void add_disk(std::uint32_t index) {
    const auto raw = scratch / ("disk" + std::to_string(index));
    const auto image = scratch / image_disk_name(index);
    make_disk(raw, imported_disk_bytes);
    REQUIRE(convert_to_qcow2(raw, image, ImageCompression::zstd));
    const auto key = image_object_key("P", "m-1", index);
    const auto object = upload_file(bucket, image, *key, 64 * limits::kib);
    REQUIRE(object);
    request.disks.push_back({index, *key, imported_disk_bytes, object->sha256, sha256_hex("root")});
  }

  [[nodiscard]] bool nothing_imported() const {
    return registry.list()->empty() && fs::is_empty(scratch / "registry" / "images");
  }

  Scratch scratch;
  FolderBucket bucket;
  FolderRegistry registry;
  ImportRequest request;
};

Errc code_of(const Result<EnsImage>& result) { return result ? Errc::none : result.error().code; }

}  // namespace

TEST_CASE("an imported image has its disks, its document and a second import returns it") {
  FolderCloud cloud;
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  const auto image = cloud.registry.import_image(cloud.request, cloud.bucket,
                                                 [&](std::uint64_t done, std::uint64_t all) {
                                                   last = done;
                                                   total = all;
                                                 });
  REQUIRE_MESSAGE(image, (image ? "" : to_string(image.error())));
  CHECK(last == total);
  CHECK(image->status == "Available");
  CHECK(image->image_id.starts_with("m-"));
  CHECK(image->source_hostname == "source01");
  REQUIRE(image->disks.size() == 2);
  CHECK(image->disks[1].file == "data1.qcow2");
  CHECK(image->disks[1].tree_root == sha256_hex("root"));
  const auto folder = cloud.registry.image_folder(image->image_id);
  for (const auto& disk : image->disks) {
    CHECK(sha256_hex(read_bytes(folder / disk.file)) == disk.sha256);
    CHECK(
        compare_images(cloud.scratch / ("disk" + std::to_string(disk.index)), folder / disk.file));
  }
  // Even without the bucket's objects the token still means this image.
  for (const auto& disk : cloud.request.disks) REQUIRE(cloud.bucket.remove(disk.key));
  auto again = FolderRegistry::open(cloud.scratch / "registry");
  CHECK(again->import_image(cloud.request, cloud.bucket) == image);
  CHECK(again->list()->size() == 1);
  REQUIRE(again->remove(image->image_id));
  REQUIRE(again->remove(image->image_id));
  CHECK(code_of(again->describe(image->image_id)) == Errc::not_found);
  CHECK_FALSE(fs::exists(folder));
}

TEST_CASE("a taken name is followed by the job, and once more by a number") {
  FolderCloud cloud;
  REQUIRE(cloud.registry.import_image(cloud.request, cloud.bucket));
  cloud.request.client_token = "second";
  CHECK(cloud.registry.import_image(cloud.request, cloud.bucket)->name == "web-server_j-1");
  CHECK(cloud.registry.import_image(cloud.request, cloud.bucket)->name == "web-server_j-1");
  cloud.request.client_token = "third";
  CHECK(cloud.registry.import_image(cloud.request, cloud.bucket)->name == "web-server_j-1_2");
  cloud.request.image_id = cloud.registry.list()->front().image_id;
  cloud.request.client_token = "fourth";
  CHECK(code_of(cloud.registry.import_image(cloud.request, cloud.bucket)) == Errc::name_taken);
}

TEST_CASE("damaged or missing objects leave no image") {
  FolderCloud cloud;
  const auto key = cloud.request.disks[1].key;
  auto expected = Errc::object_corrupt;
  SUBCASE("a flipped byte") { write_bytes(cloud.bucket.object_path(key), "x", 200'000); }
  SUBCASE("a truncated object") { fs::resize_file(cloud.bucket.object_path(key), 1000); }
  SUBCASE("no object") {
    REQUIRE(cloud.bucket.remove(key));
    expected = Errc::object_missing;
  }
  SUBCASE("another disk size inside") {
    cloud.request.disks[1].virtual_size = imported_disk_bytes * 2;
    expected = Errc::image_failed;
  }
  SUBCASE("no qcow2 inside") {
    write_bytes(cloud.scratch / "text", std::string(5000, 't'));
    const auto object = upload_file(cloud.bucket, cloud.scratch / "text", key, 4096);
    cloud.request.disks[1].sha256 = object->sha256;
    expected = Errc::image_failed;
  }
  CHECK(code_of(cloud.registry.import_image(cloud.request, cloud.bucket)) == expected);
  CHECK(cloud.nothing_imported());
}

TEST_CASE("a stopped import leaves nothing, and a killed one is done anew") {
  FolderCloud cloud;
  std::stop_source stop;
  stop.request_stop();
  const auto image = cloud.registry.import_image(cloud.request, cloud.bucket, {}, stop.get_token());
  CHECK(code_of(image) == Errc::canceled);
  CHECK(cloud.nothing_imported());
  fs::create_directories(cloud.scratch / "registry" / ".importing" / "m-old");
  write_bytes(cloud.scratch / "registry" / ".importing" / "m-old" / "system.qcow2", "half");
  CHECK(cloud.registry.import_image(cloud.request, cloud.bucket));
  CHECK_FALSE(fs::exists(cloud.scratch / "registry" / ".importing" / "m-old"));
}

TEST_CASE("half an image of a killed import goes when the registry is opened next") {
  FolderCloud cloud;
  const auto half = cloud.scratch / "registry" / ".importing" / "m-old";
  fs::create_directories(half);
  write_bytes(half / "system.qcow2", "half");
  {
    const auto lock = open_file(cloud.scratch / "registry" / ".lock", O_RDWR | O_CREAT);
    REQUIRE(lock);
    REQUIRE(::flock(lock->get(), LOCK_EX) == 0);
    REQUIRE(FolderRegistry::open(cloud.scratch / "registry"));
    CHECK(fs::exists(half));  // somebody is at work
  }
  REQUIRE(FolderRegistry::open(cloud.scratch / "registry"));
  CHECK_FALSE(fs::exists(half));
}

TEST_CASE("an import waits for another process's import, and a stop ends the wait") {
  FolderCloud cloud;
  const auto lock = open_file(cloud.scratch / "registry" / ".lock", O_RDWR | O_CREAT);
  REQUIRE(lock);
  REQUIRE(::flock(lock->get(), LOCK_EX) == 0);
  std::stop_source stop;
  stop.request_stop();
  CHECK(code_of(cloud.registry.import_image(cloud.request, cloud.bucket, {}, stop.get_token())) ==
        Errc::canceled);
}

TEST_CASE("images above the limit are refused with the limit and the value") {
  FolderCloud cloud{{.image_bytes_max = 500'000}};
  const auto image = cloud.registry.import_image(cloud.request, cloud.bucket);
  REQUIRE(code_of(image) == Errc::image_too_large);
  CHECK(image.error().what.find("image_bytes_max is 500000") != std::string::npos);
  CHECK(cloud.nothing_imported());
}

TEST_CASE("requests outside the rules are refused") {
  FolderCloud cloud;
  using Change = void (*)(ImportRequest&);
  const Change changes[] = {
      [](ImportRequest& r) { r.region = "cn-hangzhou"; },
      [](ImportRequest& r) { r.architecture = "aarch64"; },
      [](ImportRequest& r) { r.boot_mode = "openfirmware"; },
      [](ImportRequest& r) { r.client_token.clear(); },
      [](ImportRequest& r) { r.client_token = std::string(65, 't'); },
      [](ImportRequest& r) { r.name = "../x"; },
      [](ImportRequest& r) { r.name = "1web"; },
      [](ImportRequest& r) { r.image_id = "m-../../x"; },
      [](ImportRequest& r) { r.disks.clear(); },
      [](ImportRequest& r) { std::swap(r.disks[0], r.disks[1]); },
      [](ImportRequest& r) {
        for (std::uint32_t i = 2; i < 6; ++i) {
          r.disks.push_back(r.disks[1]);
          r.disks.back().index = i;
        }
      },
      [](ImportRequest& r) { r.disks[0].sha256 = "x"; },
      [](ImportRequest& r) { r.disks[0].key = "../../etc/passwd"; },
  };
  for (const auto change : changes) {
    auto request = cloud.request;
    change(request);
    CAPTURE(to_json(request));
    CHECK(code_of(cloud.registry.import_image(request, cloud.bucket)) == Errc::invalid_argument);
  }
  CHECK(cloud.nothing_imported());
  CHECK(cloud.registry.import_image(cloud.request, cloud.bucket));
}

TEST_CASE("a damaged image document hides that image only") {
  FolderCloud cloud;
  const auto first = cloud.registry.import_image(cloud.request, cloud.bucket);
  cloud.request.client_token = "second";
  const auto second = cloud.registry.import_image(cloud.request, cloud.bucket);
  REQUIRE(second);
  const auto document = cloud.registry.image_folder(first->image_id) / "image.json";
  auto text = read_bytes(document);
  SUBCASE("cut off") { text.resize(text.size() / 2); }
  SUBCASE("not JSON") { text = "hello"; }
  SUBCASE("a foreign file name") { text.replace(text.find("data1.qcow2"), 11, "../../passw"); }
  SUBCASE("another image's document") {
    text = read_bytes(cloud.registry.image_folder(second->image_id) / "image.json");
  }
  fs::remove(document);
  write_bytes(document, text);
  CHECK(code_of(cloud.registry.describe(first->image_id)) == Errc::registry_unavailable);
  REQUIRE(cloud.registry.list()->size() == 1);
  CHECK(cloud.registry.list()->front() == *second);
}

TEST_CASE("a registry without room or without write access says so") {
  FolderCloud cloud;
  SUBCASE("no room") {
    Mount small{{"-t", "tmpfs", "-o", "size=256k", "tmpfs"}, cloud.scratch / "small"};
    auto registry = FolderRegistry::open(cloud.scratch / "small");
    REQUIRE(registry);
    const auto image = registry->import_image(cloud.request, cloud.bucket);
    CHECK(code_of(image) == Errc::disk_full);
    CHECK(image.error().fix.find((cloud.scratch / "small").string()) != std::string::npos);
    CHECK(registry->list()->empty());
  }
  SUBCASE("a file in place of the folder") {
    write_bytes(cloud.scratch / "file", "x");
    CHECK(FolderRegistry::open(cloud.scratch / "file").error().code == Errc::registry_unavailable);
  }
}

TEST_CASE("a folder that is no image is told once by a process, however often it is seen") {
  FolderCloud cloud;
  fs::create_directories(cloud.registry.image_folder("somebody's"));
  const auto said = cloud.scratch / "stderr";
  const int before = ::dup(STDERR_FILENO);
  REQUIRE(std::freopen(said.c_str(), "w", stderr) != nullptr);
  for (int i = 0; i < 3; ++i) {
    const auto again =
        FolderRegistry::open(cloud.registry.image_folder("x").parent_path().parent_path());
    if (again) (void)again->list();
  }
  std::fflush(stderr);
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  const auto text = read_bytes(said);
  const auto first = text.find("skips an image");
  REQUIRE(first != std::string::npos);
  CHECK(text.find("skips an image", first + 1) == std::string::npos);
}

TEST_CASE(
    "a file is kept with an image if its name is known, its bytes are, and all or nothing is") {
  FolderCloud cloud;
  auto request = cloud.request;
  write_bytes(cloud.scratch / "console", "Linux version 6\n");
  const auto object =
      upload_file(cloud.bucket, cloud.scratch / "console", "edge_m-1_console.log", limits::mib);
  REQUIRE(object);
  request.files = {{"image.json", object->key, object->sha256}};
  CHECK(code_of(cloud.registry.import_image(request, cloud.bucket)) == Errc::invalid_argument);
  request.files = {{"console.log", object->key, std::string(64, 'a')}};
  CHECK(code_of(cloud.registry.import_image(request, cloud.bucket)) == Errc::object_corrupt);
  CHECK(cloud.registry.list()->empty());
  request.files = {{"console.log", object->key, object->sha256}};
  const auto image = cloud.registry.import_image(request, cloud.bucket);
  REQUIRE(image);
  CHECK(read_bytes(cloud.registry.image_folder(image->image_id) / "console.log") ==
        "Linux version 6\n");
  CHECK(image->files.at(0).size == 16);
}

TEST_CASE("a certificate is kept beside an image that is there, once, and goes with it") {
  FolderCloud cloud;
  const auto image = cloud.registry.import_image(cloud.request, cloud.bucket).value();
  const auto file = cloud.registry.image_folder(image.image_id) / "certificate.json";
  REQUIRE(cloud.registry.store_certificate(image.image_id, "one"));
  REQUIRE(cloud.registry.store_certificate(image.image_id, "two"));
  CHECK(read_bytes(file) == "two");
  CHECK(cloud.registry.describe(image.image_id) == image);
  REQUIRE(cloud.registry.remove(image.image_id));
  CHECK(!fs::exists(file));
  CHECK(cloud.registry.store_certificate(image.image_id, "x").error().code == Errc::not_found);
  CHECK(!cloud.registry.store_certificate("../x", "x"));
}
