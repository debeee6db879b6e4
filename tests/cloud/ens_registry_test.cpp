// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ens_registry.hpp"

#include "cloud/export.hpp"
#include "cloud/folder_bucket.hpp"
#include "tests/cloud/cloud_fixture.hpp"
#include "tests/cloud/ens_service.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using namespace std::chrono_literals;

constexpr auto console = "Debian GNU/Linux 12 source01 ttyS0\n";

/// A bucket with a disk and a console, and what asks ENS for an image of them.
struct Ens {
  Scratch scratch;
  std::shared_ptr<Bucket> bucket =
      std::make_shared<FolderBucket>(*FolderBucket::open(scratch / "bucket"));
  EnsService service;
  ImportRequest request;
  std::chrono::milliseconds late_image = 1h;

  Ens() {
    request.client_token = "t-1";
    request.name = "web.server";
    request.region = "ap-southeast-1";
    request.job = "j-1";
    add_disk(0);
    const auto key = *attached_file_key("edge", "m-1", console_log_name);
    request.files.push_back({std::string{console_log_name}, key, put(key, console)});
  }

  void add_disk(std::uint32_t index) {
    const auto key = *image_object_key("edge", "m-1", index);
    const auto digest = put(key, random_bytes(50'000));
    request.disks.push_back({index, key, 1 * limits::mib, digest, sha256_hex("root")});
  }
  std::string put(const std::string& key, const std::string& bytes) {
    std::ofstream{scratch / "file", std::ios::binary | std::ios::trunc} << bytes;
    const auto object = upload_file(*bucket, scratch / "file", key, 8 * limits::mib);
    REQUIRE_MESSAGE(object, to_string(object.error()));
    return object->sha256;
  }
  /// As after a restart: nothing is known but what is durable.
  [[nodiscard]] EnsServiceRegistry registry() {
    return EnsServiceRegistry{{.service = service.service(),
                               .bucket = "smc-transit",
                               .bucket_region = "cn-beijing",
                               .poll = 5ms,
                               .settle = 200ms,
                               .late_image = late_image},
                              bucket};
  }
  [[nodiscard]] Result<EnsImage> import_image() {
    return registry().import_image(request, *bucket);
  }
  [[nodiscard]] bool nothing_kept() const { return bucket->list("edgeferry/")->empty(); }
};

Errc code_of(const Result<EnsImage>& result) { return result ? Errc::none : result.error().code; }

}  // namespace

TEST_CASE("an image is made by ENS of the object in the bucket, under the wished name") {
  Ens ens;
  const auto image = ens.import_image();
  REQUIRE_MESSAGE(image, to_string(image.error()));
  REQUIRE(ens.service.images.size() == 1);
  const auto& made = ens.service.images.front();
  CHECK(made.name == "web-server");  // ENS takes no dots
  CHECK(made.region == "ap-southeast-1");
  CHECK(made.disks == "cn-beijing smc-transit edge_m-1_system.qcow2");
  CHECK(image->image_id == made.id);
  CHECK(image->status == "Available");
  CHECK(image->disks.front().sha256 == ens.request.disks.front().sha256);
  CHECK(image->disks.front().file_size == 50'000);
  CHECK(ens.service.calls["ImportImage"] == 1);
}

TEST_CASE("an image of several disks names them to ENS in their order") {
  Ens ens;
  ens.add_disk(1);
  REQUIRE(ens.import_image());
  const auto place = [](const std::string& name) {
    return R"({"OSSRegion":"cn-beijing","OSSBucket":"smc-transit","OSSObject":"edge_m-1_)" + name +
           R"("})";
  };
  CHECK(ens.service.images.front().disks ==
        "[" + place("system.qcow2") + "," + place("data1.qcow2") + "]");
}

TEST_CASE("the same token means the same image, also after a restart") {
  Ens ens;
  const auto first = ens.import_image();
  const auto second = ens.import_image();
  REQUIRE(second);
  CHECK(*second == *first);
  CHECK(ens.service.calls["ImportImage"] == 1);
}

TEST_CASE("an import whose answer was lost is found again, though the listings lag behind") {
  Ens ens;
  ens.service.lost_answers = 1;
  ens.service.unseen_looks = 4;
  CHECK(code_of(ens.import_image()) == Errc::unreachable);
  const auto image = ens.import_image();
  REQUIRE_MESSAGE(image, to_string(image.error()));
  CHECK(ens.service.images.size() == 1);
  CHECK(ens.service.calls["ImportImage"] == 1);
}

TEST_CASE("an import that ENS never heard of is asked for again") {
  Ens ens;
  auto registry = ens.registry();
  ens.service.lost_answers = 1;
  CHECK(code_of(registry.import_image(ens.request, *ens.bucket)) == Errc::unreachable);
  ens.service.images.clear();
  REQUIRE(registry.import_image(ens.request, *ens.bucket));
  CHECK(ens.service.images.size() == 1);
}

TEST_CASE("an import is stopped while ENS works, and goes on later with the same image") {
  Ens ens;
  std::stop_source stop;
  stop.request_stop();
  ens.service.unseen_looks = 2;
  CHECK(code_of(ens.registry().import_image(ens.request, *ens.bucket, {}, stop.get_token())) ==
        Errc::canceled);
  REQUIRE(ens.import_image());
  CHECK(ens.service.images.size() == 1);
}

TEST_CASE("a name that another image has is followed by the job") {
  Ens ens;
  ens.service.images.push_back({"m-other", "web-server", {}, {}});
  const auto image = ens.import_image();
  REQUIRE(image);
  CHECK(image->name == "web-server_j-1");
}

TEST_CASE("a refused import says so in the service's words, and is asked for again by a retry") {
  Ens ens;
  ens.service.refused_import = "QuotaExceed";
  const auto image = ens.import_image();
  REQUIRE(code_of(image) == Errc::service_refused);
  CHECK(image.error().what.find("QuotaExceed: told by the test") != std::string::npos);
  ens.service.refused_import.clear();
  REQUIRE(ens.import_image());
  CHECK(ens.service.images.size() == 1);
}

TEST_CASE("an image that ENS fails to make leaves nothing, and a retry makes another") {
  Ens ens;
  ens.service.end = "Upload_failed";
  const auto image = ens.import_image();
  REQUIRE(code_of(image) == Errc::image_failed);
  CHECK(image.error().what.find("Upload_failed") != std::string::npos);
  CHECK(ens.service.images.empty());
  CHECK(ens.nothing_kept());
  ens.service.end = "Available";
  CHECK(ens.import_image());
}

TEST_CASE("a service that throttles is asked again after the time it names") {
  Ens ens;
  ens.service.throttled = 3;
  CHECK(ens.import_image());
}

TEST_CASE("files of an image stay with it when the objects of its job are gone") {
  Ens ens;
  const auto image = ens.import_image();
  REQUIRE(image);
  for (const auto& file : ens.request.files) REQUIRE(ens.bucket->remove(file.key));
  const auto kept = "edgeferry/images/t-1/" + std::string{console_log_name};
  std::string text(std::string_view{console}.size(), '\0');
  REQUIRE(ens.bucket->get(kept, 0, std::as_writable_bytes(std::span{text})));
  CHECK(text == console);
  REQUIRE(ens.registry().store_certificate(image->image_id, "signed"));
  CHECK(ens.bucket->head("edgeferry/images/t-1/certificate.json")->size == 6);
}

TEST_CASE("a removed image takes its files with it, and removing it again is a success") {
  Ens ens;
  const auto image = ens.import_image();
  REQUIRE(image);
  REQUIRE(ens.registry().remove(image->image_id));
  CHECK(ens.service.images.empty());
  CHECK(ens.nothing_kept());
  CHECK(ens.registry().remove(image->image_id));
  CHECK(ens.registry().describe(image->image_id).error().code == Errc::not_found);
}

TEST_CASE(
    "an image whose import was discarded before anybody knew of it is found as soon as it comes") {
  Ens ens;
  ens.service.lost_answers = 1;
  ens.service.unseen_looks = 2;
  CHECK(code_of(ens.import_image()) == Errc::unreachable);
  REQUIRE(ens.registry().discard("t-1"));
  CHECK(ens.service.images.size() == 1);
  CHECK(code_of(ens.import_image()) == Errc::fenced);
  std::vector<EnsImage> found;
  while (found.empty()) found = ens.registry().list().value();
  CHECK(found.front().client_token == "t-1");
  REQUIRE(ens.registry().remove(found.front().image_id));
  CHECK(ens.service.images.empty());
  CHECK(ens.nothing_kept());
}

TEST_CASE("the record of a discarded import goes once its image will not come any more") {
  Ens ens;
  ens.service.lost_answers = 1;
  CHECK(code_of(ens.import_image()) == Errc::unreachable);
  ens.service.images.clear();
  REQUIRE(ens.registry().discard("t-1"));
  CHECK(ens.registry().list()->empty());
  CHECK_FALSE(ens.nothing_kept());
  ens.late_image = 0ms;
  CHECK(ens.registry().list()->empty());
  CHECK(ens.nothing_kept());
}

TEST_CASE("images of others in the account are neither listed nor removed") {
  Ens ens;
  ens.service.images.push_back({"m-other", "other", {}, {}});
  REQUIRE(ens.import_image());
  CHECK(ens.registry().list()->size() == 1);
  CHECK(ens.registry().remove("m-other"));
  CHECK(ens.service.images.size() == 2);
}

TEST_CASE("what ENS would not take is refused before anything is asked of it") {
  Ens ens;
  ens.request.region = "eu-central-1";
  CHECK(code_of(ens.import_image()) == Errc::invalid_argument);
  CHECK(ens.service.calls.empty());
  CHECK(ens.nothing_kept());
}

TEST_CASE("a damaged record of an image stops the import and names the object") {
  Ens ens;
  ens.put("edgeferry/images/t-1/image.json", R"({"image":{"client_token":"t-2"}})");
  const auto image = ens.import_image();
  REQUIRE(code_of(image) == Errc::registry_unavailable);
  CHECK(image.error().what.find("edgeferry/images/t-1/image.json") != std::string::npos);
}
