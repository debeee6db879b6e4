// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The emulated cloud as the product's own clients see it. What it promises in general is checked
// from outside, by official clients: see tests/clients.
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "cloud/crc64.hpp"
#include "cloud/export.hpp"
#include "cloud/http/http_client.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/rpc_signature.hpp"
#include "cloud/store/store_bucket.hpp"
#include "tests/cloud/stored_image.hpp"
#include "tests/cloud_emulator/front.hpp"
#include "tests/cloud_emulator/worker.hpp"

using namespace ferry;
using namespace ferry::test;
using emulator::Faults;
using emulator::Front;
using emulator::Json;
using emulator::ObjectStore;
using emulator::World;

namespace {

const AccessKey caller_key{"test-id", "test-secret"};

struct AskedCloud {
  Scratch scratch;
  ObjectStore store{scratch / "oss"};
  World world{scratch / "cloud", {.tick_ms = 10}};
  emulator::Worker worker{world, store};
  Faults faults;
  Front front{world, store, faults, {caller_key}, 0};

  AskedCloud() { REQUIRE(store.make_bucket("smc-transit", "cn-beijing")); }
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(front.port()); }
  [[nodiscard]] StoreSettings bucket(bool path_style) const {
    return {.kind = StoreKind::oss,
            .host = path_style ? host() : "oss-cn-beijing.aliyuncs.com",
            .region = "cn-beijing",
            .bucket = "smc-transit",
            .path_style = path_style,
            .key = [] { return caller_key; },
            .endpoint = {.scheme = "http", .connect_to = host()}};
  }
  void trouble(const char* action, const char* kind) {
    faults.add(*emulator::fault_of({{"action", action}, {"kind", kind}}));
  }
};

/// As the product signs calls, by ACS3.
Json call(const AskedCloud& cloud, const std::string& action, std::vector<NameValue> query) {
  HttpRequest request;
  request.method = "POST";
  request.host = cloud.host();
  request.query = std::move(query);
  request.headers = {{"x-acs-action", action},
                     {"x-acs-version", "2017-11-10"},
                     {"x-acs-date", utc_text(wall_ms())},
                     {"x-acs-signature-nonce", to_hex(random_bytes(16))},
                     {"x-acs-content-sha256", hex_sha256("")}};
  sign_acs3(request, caller_key);
  HttpClient client{{.scheme = "http"}};
  const auto response = client.send(request);
  REQUIRE_MESSAGE(response, to_string(response.error()));
  return Json::parse(response->body);
}

}  // namespace

TEST_CASE("an image goes to the emulated bucket by virtual host or path, signed by any version") {
  for (const auto& [path_style, oss_v1] : {std::pair{false, false}, {true, false}, {true, true}}) {
    const AskedCloud cloud;
    const auto bytes = random_bytes(2 * store_part_bytes + 12'345);
    std::ofstream{cloud.scratch / "image", std::ios::binary} << bytes;
    auto settings = cloud.bucket(path_style);
    settings.oss_v1 = oss_v1;
    StoreBucket bucket{settings};
    const auto object = upload_file(bucket, cloud.scratch / "image", stored_key, store_part_bytes);
    REQUIRE_MESSAGE(object, to_string(object.error()));
    CHECK(object->sha256 == sha256_hex(bytes));
    std::string middle(100'000, '\0');
    REQUIRE(bucket.get(stored_key, 12'345, std::as_writable_bytes(std::span{middle})));
    CHECK(middle == bytes.substr(12'345, middle.size()));
    REQUIRE(bucket.list(""));
    CHECK(bucket.list("edge_")->size() == 1);
    CHECK(bucket.list_uploads("")->empty());
    REQUIRE(bucket.remove(stored_key));
    CHECK(bucket.head(stored_key).error().code == Errc::object_missing);
  }
}

TEST_CASE("an upload survives answers that are lost and a store that is busy") {
  AskedCloud cloud;
  const auto bytes = random_bytes(store_part_bytes + 1);
  std::ofstream{cloud.scratch / "image", std::ios::binary} << bytes;
  cloud.trouble("UploadPart", "status");
  cloud.trouble("UploadPart", "lose-reply");
  cloud.trouble("CompleteMultipartUpload", "lose-reply");
  StoreBucket bucket{cloud.bucket(true)};
  const auto object = upload_file(bucket, cloud.scratch / "image", stored_key, store_part_bytes);
  REQUIRE_MESSAGE(object, to_string(object.error()));
  CHECK(object->sha256 == sha256_hex(bytes));
  CHECK(cloud.store.uploads("smc-transit").empty());
}

TEST_CASE("a bucket that is asked for in another region, or with another secret, says so") {
  const AskedCloud cloud;
  auto settings = cloud.bucket(true);
  settings.region = "ap-southeast-1";
  CHECK(StoreBucket{settings}.list("").error().code == Errc::access_refused);
  settings = cloud.bucket(true);
  settings.key = [] { return AccessKey{caller_key.id, "another"}; };
  CHECK(StoreBucket{settings}.list("").error().code == Errc::access_refused);
  settings = cloud.bucket(true);
  settings.bucket = "smc-nowhere";
  CHECK(StoreBucket{settings}.list("").error().code == Errc::bucket_unavailable);
}

TEST_CASE("what the product signs by ACS3 is let in, and what is changed afterwards is not") {
  const AskedCloud cloud;
  CHECK(call(cloud, "DescribeEnsRegions", {})["EnsRegions"]["EnsRegions"].size() == 2);
  const auto refused = call(cloud, "ImportImage", {{"ImageName", "edge image"}, {"OSType", ""}});
  CHECK(refused["Code"] == "MissingParameter");
  CHECK(refused["HostId"] == cloud.host());
}
