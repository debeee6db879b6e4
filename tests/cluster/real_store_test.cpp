// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs whose images go into a store that others have written; see tests/cloud/real_store.hpp. Run
// by scripts/store-real, which also names the store's log of requests in FERRY_STORE_LOG.
#include "tests/cloud/real_store.hpp"

#include <map>

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "cloud/store/store_bucket.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
using test::real_store_variable;

namespace {

/// An image of about 25 parts.
struct RealStore {
  TempFolder folder;
  std::filesystem::path disk = folder.path() / "system.raw";
  StoreBucket bucket{test::real_store()};
  Cluster cluster;
  std::string key;  // of the disk's object, once its upload was seen

  explicit RealStore(const std::string& secret = real_store_variable("SECRET"))
      : cluster{plan(secret)} {}
  Plan plan(const std::string& secret) const {
    make_server_disk(disk, 160 * mib, 120 * mib);
    const bool oss = real_store_variable("KIND") == "oss";
    const std::string name = oss ? "ALIBABA_CLOUD_ACCESS_KEY_" : "AWS_";
    return {.disks = {disk},
            .more = "[bucket]\nkind = \"" + std::string{oss ? "oss" : "s3"} + "\"\nbucket = \"" +
                    real_store_variable("BUCKET") + "\"\nregion = \"" +
                    real_store_variable("REGION") + "\"\nendpoint = \"http://" +
                    real_store_variable("HOST") +
                    "\"\naddressing = \"path\"\n[image]\npart_size = \"5 MiB\"\n",
            .environment = {name + (oss ? "ID=" : "ACCESS_KEY_ID=") + real_store_variable("KEY"),
                            name + (oss ? "SECRET=" : "SECRET_ACCESS_KEY=") + secret}};
  }

  /// Returns the number of parts that are there, in the middle of an upload of the disk.
  std::size_t wait_for_parts() {
    std::size_t parts = 0;
    const auto some = [&] {
      for (const auto& upload : bucket.list_uploads("").value_or(std::vector<UploadInfo>{})) {
        if (upload.key.find("_system.qcow2") == std::string::npos) continue;
        key = upload.key;
        parts = bucket.list_parts(upload.upload).value_or(std::vector<PartInfo>{}).size();
      }
      return parts >= 3;
    };
    REQUIRE_MESSAGE(eventually(some, 120s), cluster.logs());
    return parts;
  }
  void check_empty() {
    CHECK(bucket.list("").value().empty());
    CHECK(bucket.list_uploads("").value().empty());
  }
};

/// How often each part of an object was put, by the store's log.
std::map<std::string, int> puts_in_log(const std::string& key) {
  std::map<std::string, int> puts;
  const auto log = read_file(real_store_variable("LOG"), 1 << 30);
  REQUIRE_MESSAGE(log, to_string(log.error()));
  for (auto at = log->find("\"PUT /"); at != std::string::npos; at = log->find("\"PUT /", at + 1)) {
    const auto request = log->substr(at, log->find(" HTTP", at) - at);
    if (request.find(key + "?partNumber=") != std::string::npos) ++puts[request];
  }
  return puts;
}

}  // namespace

TEST_CASE("a real store: a worker that is killed while it uploads sends no part again" *
          doctest::skip()) {
  RealStore store;
  const auto id = store.cluster.start_job();
  const auto before = store.wait_for_parts();
  store.cluster.kill_9("worker-1");
  REQUIRE(!store.bucket.list_uploads("").value().empty());
  MESSAGE("killed with " << before << " parts in the store");
  const auto job = store.cluster.wait_for_status(id, "Finished");
  store.cluster.check_finished(job, {store.disk});
  store.check_empty();
  if (real_store_variable("LOG").empty()) return;  // nobody has counted
  const auto puts = puts_in_log(store.key);
  CHECK(puts.size() > before);
  std::size_t twice = 0;
  for (const auto& [request, times] : puts) twice += times > 1 ? 1 : 0;
  MESSAGE(puts.size() << " parts, " << twice << " of them sent twice");
  CHECK(twice <= 1);  // the one that was on its way
}

TEST_CASE("a real store: a job that is canceled while it uploads leaves nothing there" *
          doctest::skip()) {
  RealStore store;
  const auto id = store.cluster.start_job();
  store.wait_for_parts();
  store.cluster.must({"job", "cancel", id});
  store.cluster.wait_for_status(id, "Deleted");
  store.check_empty();
}

TEST_CASE("a real store: a job with a wrong secret says so" * doctest::skip()) {
  RealStore store{"another"};
  const auto job = store.cluster.wait_for_status(store.cluster.start_job(), "InError");
  CHECK(job.error_code == static_cast<std::uint16_t>(Errc::access_refused));
  MESSAGE(job.error << ". Fix: " << job.fix);
}
