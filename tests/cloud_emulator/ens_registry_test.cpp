// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Images in the Edge Node Service, which is emulated: what becomes of an import whoever dies and
// whatever answer is lost, and that nothing of others is touched.
#include "cloud/alibaba/ens_registry.hpp"

#include "cloud/export.hpp"
#include "cloud/store/store_bucket.hpp"
#include "tests/cloud_emulator/cloud.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace ferry::emulator;

namespace {

using namespace std::chrono_literals;

constexpr auto console = "Debian GNU/Linux 12 source01 ttyS0\n";
const AccessKey owner{"test-id", "test-secret", {}};

const std::string& qcow2() {
  static const auto bytes = [] {
    const Scratch scratch;
    const auto file = scratch / "disk";
    REQUIRE(run_ok({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", file.string(), "1M"}}));
    return read_bytes(file);
  }();
  return bytes;
}

/// A bucket with a disk and a console, and ENS, which may make an image of them.
struct Ens {
  Scratch scratch;
  ObjectStore store{scratch / "oss"};
  World world{scratch / "cloud", {.tick_ms = 10}};
  Worker worker{world, store};
  Faults faults;
  Front front{world, store, faults, {owner}, 0};
  std::shared_ptr<StoreBucket> bucket;
  ImportRequest request;
  std::chrono::milliseconds settle = 10s;
  std::chrono::milliseconds late_image = 1h;

  Ens() {
    REQUIRE(store.make_bucket(bucket_name, "cn-beijing"));
    bucket = std::make_shared<StoreBucket>(StoreSettings{.kind = StoreKind::oss,
                                                         .host = host(),
                                                         .region = "cn-beijing",
                                                         .bucket = bucket_name,
                                                         .path_style = true,
                                                         .key = [] { return owner; },
                                                         .endpoint = {.scheme = "http"}});
    request.client_token = "t-1";
    request.name = "web.server";
    request.region = "ap-southeast-1";
    request.job = "j-1";
    add_disk(0);
    const auto key = *attached_file_key("edge", "m-1", console_log_name);
    request.files.push_back({std::string{console_log_name}, key, put(key, console)});
  }

  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(front.port()); }
  void add_disk(std::uint32_t index) {
    const auto key = *image_object_key("edge", "m-1", index);
    request.disks.push_back({index, key, 1 * limits::mib, put(key, qcow2()), sha256_hex("root")});
  }
  std::string put(const std::string& key, const std::string& bytes) {
    std::ofstream{scratch / "file", std::ios::binary | std::ios::trunc} << bytes;
    const auto object = upload_file(*bucket, scratch / "file", key, 8 * limits::mib);
    REQUIRE_MESSAGE(object, to_string(object.error()));
    return object->sha256;
  }
  /// As after a restart: nothing is known but what is durable.
  [[nodiscard]] EnsServiceRegistry registry() const {
    return EnsServiceRegistry{
        {.service =
             {"ENS", host(), std::string{ens_version}, {.scheme = "http"}, [] { return owner; }},
         .bucket = bucket_name,
         .bucket_region = "cn-beijing",
         .poll = 5ms,
         .settle = settle,
         .late_image = late_image},
        bucket};
  }
  [[nodiscard]] Result<EnsImage> import_image(const std::stop_token& stop = {}) const {
    return registry().import_image(request, *bucket, {}, stop);
  }
  [[nodiscard]] bool nothing_kept() const { return bucket->list("edgeferry/")->empty(); }

  void trouble(const Json& fault) { faults.add(*fault_of(fault)); }
  void lose_import() { trouble({{"action", "ImportImage"}, {"kind", "lose-reply"}}); }
  void change(const std::function<void(Settings&)>& change) {
    const std::lock_guard lock{world.mutex};
    change(world.settings);
  }
  [[nodiscard]] std::vector<Json> images() {
    const std::lock_guard lock{world.mutex};
    world.settle();
    std::vector<Json> all;
    for (const auto* image : world.all(kind::ens_image)) all.push_back(*image);
    return all;
  }
  void make_image_of_others(const std::string& name) {
    const std::lock_guard lock{world.mutex};
    auto& image = world.make(kind::ens_image, "m", "cn-beijing",
                             {{"ImageName", name}, {"Status", "Available"}});
    image["ImageId"] = image["id"];
  }
  void remove_images() {
    const auto all = images();
    const std::lock_guard lock{world.mutex};
    for (const auto& image : all) world.remove(kind::ens_image, text_of(image, "id"));
  }
  /// Calls of an action that have had their effect.
  [[nodiscard]] std::size_t done(const std::string& action) const {
    const auto calls = faults.calls();
    return static_cast<std::size_t>(std::ranges::count_if(calls, [&](const Json& call) {
      const auto outcome = text_of(call, "outcome");
      return text_of(call, "action") == action && (outcome == "ok" || outcome == "lost");
    }));
  }
};

Errc code_of(const Result<EnsImage>& result) { return result ? Errc::none : result.error().code; }

}  // namespace

TEST_CASE("an image is made by ENS of the object in the bucket, under the wished name") {
  Ens ens;
  const auto image = ens.import_image();
  REQUIRE_MESSAGE(image, to_string(image.error()));
  REQUIRE(ens.images().size() == 1);
  const auto made = ens.images().front();
  CHECK(text_of(made, "ImageName") == "web-server");  // ENS takes no dots
  CHECK(text_of(made, "RegionId") == "ap-southeast-1");
  CHECK(made.at("sources") == Json::array({{{"region", "cn-beijing"},
                                            {"bucket", bucket_name},
                                            {"key", "edge_m-1_system.qcow2"}}}));
  CHECK(image->image_id == text_of(made, "id"));
  CHECK(image->status == "Available");
  CHECK(image->disks.front().sha256 == ens.request.disks.front().sha256);
  CHECK(image->disks.front().file_size == qcow2().size());
  CHECK(ens.done("ImportImage") == 1);
}

TEST_CASE("an image of several disks names them to ENS in their order") {
  Ens ens;
  ens.add_disk(1);
  REQUIRE(ens.import_image());
  std::vector<std::string> keys;
  const auto made = ens.images().front();
  for (const auto& source : made.at("sources")) keys.push_back(text_of(source, "key"));
  CHECK(keys == std::vector<std::string>{"edge_m-1_system.qcow2", "edge_m-1_data1.qcow2"});
}

TEST_CASE("ENS is told of a licence that the user brings, and of none otherwise") {
  Ens ens;
  REQUIRE(ens.import_image());
  CHECK(text_of(ens.images().back(), "license").empty());
  ens.request.client_token = "t-2";
  ens.request.license = "BYOL";
  const auto image = ens.import_image();
  REQUIRE_MESSAGE(image, to_string(image.error()));
  CHECK(image->license == "BYOL");
  CHECK(text_of(ens.images().back(), "license") == "BYOL");
  ens.request.client_token = "t-3";
  ens.request.license = "Aliyun";
  CHECK(code_of(ens.import_image()) == Errc::invalid_argument);
}

TEST_CASE("the same token means the same image, also after a restart") {
  const Ens ens;
  const auto first = ens.import_image();
  const auto second = ens.import_image();
  REQUIRE(second);
  CHECK(*second == *first);
  CHECK(ens.done("ImportImage") == 1);
}

TEST_CASE("an import whose answer was lost is found again, though the listings lag behind") {
  Ens ens;
  ens.lose_import();
  ens.change([](Settings& settings) { settings.absent_calls = 4; });
  CHECK(code_of(ens.import_image()) == Errc::unreachable);
  const auto image = ens.import_image();
  REQUIRE_MESSAGE(image, to_string(image.error()));
  CHECK(ens.images().size() == 1);
  CHECK(ens.done("ImportImage") == 1);
}

TEST_CASE("an import that ENS never heard of is asked for again") {
  Ens ens;
  ens.settle = 200ms;
  ens.lose_import();
  CHECK(code_of(ens.import_image()) == Errc::unreachable);
  ens.remove_images();
  REQUIRE(ens.import_image());
  CHECK(ens.images().size() == 1);
}

TEST_CASE("an import is stopped while ENS works, and goes on later with the same image") {
  Ens ens;
  ens.change([](Settings& settings) { settings.paused = true; });
  std::stop_source stop;
  const std::jthread stopper{[&] {
    while (ens.done("ImportImage") == 0) std::this_thread::yield();
    stop.request_stop();
  }};
  CHECK(code_of(ens.import_image(stop.get_token())) == Errc::canceled);
  ens.change([](Settings& settings) { settings.paused = false; });
  REQUIRE(ens.import_image());
  CHECK(ens.images().size() == 1);
}

TEST_CASE("a name that another image has is followed by the job") {
  Ens ens;
  ens.make_image_of_others("web-server");
  const auto image = ens.import_image();
  REQUIRE(image);
  CHECK(image->name == "web-server_j-1");
}

TEST_CASE("a refused import says so in the service's words, and is asked for again by a retry") {
  Ens ens;
  ens.trouble({{"action", "ImportImage"},
               {"kind", "error"},
               {"code", "QuotaExceed"},
               {"message", "told by the test"}});
  const auto image = ens.import_image();
  REQUIRE(code_of(image) == Errc::service_refused);
  CHECK(image.error().what.find("QuotaExceed: told by the test") != std::string::npos);
  REQUIRE(ens.import_image());
  CHECK(ens.images().size() == 1);
}

TEST_CASE("an image that ENS fails to make leaves nothing, and a retry makes another") {
  Ens ens;
  ens.put(ens.request.disks.front().key, "no disk");
  const auto image = ens.import_image();
  REQUIRE(code_of(image) == Errc::image_failed);
  CHECK(image.error().what.find("Upload_failed") != std::string::npos);
  CHECK(ens.images().empty());
  CHECK(ens.nothing_kept());
  ens.put(ens.request.disks.front().key, qcow2());
  CHECK(ens.import_image());
}

TEST_CASE("a service that throttles is asked again after the time it names") {
  Ens ens;
  for (const auto* action : {"DescribeSelfImages", "ImportImage"}) {
    ens.trouble({{"action", action}, {"kind", "throttle"}, {"calls", 2}, {"retry_after", 20}});
  }
  CHECK(ens.import_image());
}

TEST_CASE("files of an image stay with it when the objects of its job are gone") {
  const Ens ens;
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
  CHECK(ens.images().empty());
  CHECK(ens.nothing_kept());
  CHECK(ens.registry().remove(image->image_id));
  CHECK(ens.registry().describe(image->image_id).error().code == Errc::not_found);
}

TEST_CASE(
    "an image whose import was discarded before anybody knew of it is found as soon as it comes") {
  Ens ens;
  ens.lose_import();
  ens.change([](Settings& settings) { settings.absent_calls = 2; });
  CHECK(code_of(ens.import_image()) == Errc::unreachable);
  REQUIRE(ens.registry().discard("t-1"));
  CHECK(ens.images().size() == 1);
  CHECK(code_of(ens.import_image()) == Errc::fenced);
  std::vector<EnsImage> found;
  while (found.empty()) found = ens.registry().list().value();
  CHECK(found.front().client_token == "t-1");
  REQUIRE(ens.registry().remove(found.front().image_id));
  CHECK(ens.images().empty());
  CHECK(ens.nothing_kept());
}

TEST_CASE("the record of a discarded import goes once its image will not come any more") {
  Ens ens;
  ens.lose_import();
  CHECK(code_of(ens.import_image()) == Errc::unreachable);
  ens.remove_images();
  REQUIRE(ens.registry().discard("t-1"));
  CHECK(ens.registry().list()->empty());
  CHECK_FALSE(ens.nothing_kept());
  ens.late_image = 0ms;
  CHECK(ens.registry().list()->empty());
  CHECK(ens.nothing_kept());
}

TEST_CASE("images of others in the account are neither listed nor removed") {
  Ens ens;
  ens.make_image_of_others("other");
  const auto other = text_of(ens.images().front(), "id");
  REQUIRE(ens.import_image());
  CHECK(ens.registry().list()->size() == 1);
  CHECK(ens.registry().remove(other));
  CHECK(ens.images().size() == 2);
}

TEST_CASE("what ENS would not take is refused before anything is asked of it") {
  Ens ens;
  ens.request.region = "eu-central-1";
  CHECK(code_of(ens.import_image()) == Errc::invalid_argument);
  CHECK(ens.done("DescribeSelfImages") + ens.done("ImportImage") == 0);
  CHECK(ens.nothing_kept());
}

TEST_CASE("a damaged record of an image stops the import and names the object") {
  Ens ens;
  ens.put("edgeferry/images/t-1/image.json", R"({"image":{"client_token":"t-2"}})");
  const auto image = ens.import_image();
  REQUIRE(code_of(image) == Errc::registry_unavailable);
  CHECK(image.error().what.find("edgeferry/images/t-1/image.json") != std::string::npos);
}
