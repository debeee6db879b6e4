// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A worker on an emulated ECS instance, whose keys come from the role of the instance: they reach
// every service, are renewed before they end, and are good for nothing afterwards.
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "cloud/alibaba/rpc_client.hpp"
#include "cloud/credentials.hpp"
#include "cloud/store/store_bucket.hpp"
#include "tests/cloud/cloud_fixture.hpp"
#include "tests/cloud_emulator/front.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace ferry::emulator;

namespace {

using namespace std::chrono_literals;

constexpr auto role = "edgeferry-worker";

/// Time is right again afterwards.
struct Clocks {
  ~Clocks() { set_clocks_ahead_for_test(0, 0); }
  static void ahead(std::chrono::milliseconds time) {
    set_clocks_ahead_for_test(time.count(), time.count());
  }
};

struct Instance {
  Scratch scratch;
  ObjectStore store{scratch / "oss"};
  World world{scratch / "cloud", {.role = role}};
  Faults faults;
  Front front{world, store, faults, {{"test-id", "test-secret", {}}}, 0};
  std::shared_ptr<Credentials> credentials = its_credentials();

  Instance() { REQUIRE(store.make_bucket("smc-transit", "cn-beijing")); }
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(front.port()); }
  [[nodiscard]] std::shared_ptr<Credentials> its_credentials(const std::string& name = {}) const {
    return std::make_shared<Credentials>(
        CredentialSettings{.source = KeySource::instance, .instance = {"http", host(), name}});
  }
  [[nodiscard]] Result<> ask_bucket(const std::function<Result<AccessKey>()>& key,
                                    bool oss_v1 = false) const {
    const auto listed = StoreBucket{{.kind = StoreKind::oss,
                                     .host = host(),
                                     .region = "cn-beijing",
                                     .bucket = "smc-transit",
                                     .path_style = true,
                                     .oss_v1 = oss_v1,
                                     .key = key,
                                     .endpoint = {.scheme = "http"}}}
                            .list("");
    return listed ? Result<>{} : fail(listed.error());
  }
  [[nodiscard]] Result<> ask_ens(const std::function<Result<AccessKey>()>& key) const {
    RpcClient client{{"ENS", host(), "2017-11-10", {.scheme = "http"}, key}};
    const auto answer = client.call({"DescribeEnsRegions"});
    return answer ? Result<>{} : fail(answer.error().error);
  }
  /// By every kind of signature.
  void check_let_in() const {
    const auto key = [this] { return credentials->current(); };
    for (const auto& result : {ask_bucket(key), ask_bucket(key, true), ask_ens(key)}) {
      CHECK_MESSAGE(result, to_string(result.error()));
    }
  }
  /// How long the key is still good; its id ends with the time of its end.
  [[nodiscard]] std::chrono::milliseconds rest() const {
    const auto id = credentials->current().value().id;
    return std::chrono::milliseconds{std::stoll(id.substr(id.rfind('.') + 1)) - wall_ms()};
  }
  [[nodiscard]] std::size_t count(const std::string& action) const {
    const auto calls = faults.calls();
    return static_cast<std::size_t>(std::ranges::count(
        calls, action, [](const Json& call) { return call.at("action").get<std::string>(); }));
  }
  void trouble(Json fault) { faults.add(*fault_of(fault)); }
};

}  // namespace

TEST_CASE("the key of an instance's role is let in everywhere, and is not asked for each time") {
  Instance instance;
  instance.world.settings.hardened = true;
  for (int i = 0; i < 3; ++i) instance.check_let_in();
  CHECK(instance.count("CreateMetadataToken") == 1);
  CHECK(instance.count("ListInstanceRoles") == 1);
  CHECK(instance.count("GetInstanceRoleKey") == 1);
  const auto named = instance.its_credentials(role);
  CHECK(named->current()->id == instance.credentials->current()->id);
  CHECK(instance.count("ListInstanceRoles") == 1);
}

TEST_CASE("over days no request meets a key that has ended, and one that has ended opens nothing") {
  const Instance instance;
  const Clocks clocks;
  const auto first = instance.credentials->current();
  REQUIRE(first);
  const auto half_hours = 96;
  for (int i = 1; i <= half_hours; ++i) {
    Clocks::ahead(i * 30min);
    instance.check_let_in();
    CHECK(instance.rest() >= 15min);
  }
  CHECK(instance.count("GetInstanceRoleKey") <= half_hours / 2 + 1);
  const auto old = [&] { return first; };
  const auto bucket = instance.ask_bucket(old);
  REQUIRE(!bucket);
  CHECK(bucket.error().code == Errc::access_refused);
  CHECK(bucket.error().what.find("SecurityTokenExpired") != std::string::npos);
  const auto ens = instance.ask_ens(old);
  REQUIRE(!ens);
  CHECK(ens.error().code == Errc::access_refused);
  CHECK(ens.error().what.find("InvalidSecurityToken.Expired") != std::string::npos);
}

TEST_CASE("keys of a minute are renewed in time, too") {
  Instance instance;
  instance.world.settings.role_key_ms = 60'000;
  const Clocks clocks;
  for (int i = 1; i <= 60; ++i) {
    Clocks::ahead(i * 5s);
    instance.check_let_in();
    CHECK(instance.rest() >= 9s);
  }
  CHECK(instance.count("GetInstanceRoleKey") <= 30);
}

TEST_CASE("a key that can't be renewed is used until it ends, and the next one as soon as it can") {
  Instance instance;
  const Clocks clocks;
  instance.check_let_in();
  instance.trouble(
      {{"action", "CreateMetadataToken"}, {"kind", "crash-connection-before"}, {"calls", 1000}});
  Clocks::ahead(2h + 59min);
  for (int i = 0; i < 5; ++i) instance.check_let_in();
  // It isn't asked with each request; a connection that was kept and is closed is opened once more.
  CHECK(instance.count("CreateMetadataToken") <= 3);
  Clocks::ahead(6h + 1min);
  const auto key = instance.credentials->current();
  REQUIRE(!key);
  CHECK(key.error().code == Errc::unreachable);
  instance.faults.clear();
  instance.check_let_in();
}

TEST_CASE("an instance without its role, or one that refuses to tell, says what to do") {
  Instance instance;
  const auto told = [&](const std::string& name = {}) {
    const auto key = instance.its_credentials(name)->current();
    REQUIRE(!key);
    return key.error();
  };
  CHECK(told("another").what.find("this ECS instance has no RAM role another") == 0);
  CHECK(told("another").code == Errc::access_refused);
  // Without tokens the service may still answer, unless it is hardened.
  const Json no_tokens{{"action", "CreateMetadataToken"}, {"kind", "error"}, {"status", 404}};
  instance.trouble(no_tokens);
  CHECK(instance.its_credentials()->current());
  instance.world.settings.hardened = true;
  instance.trouble(no_tokens);
  CHECK(told().fix.find("enable the metadata service") == 0);
  instance.trouble({{"action", "GetInstanceRoleKey"}, {"kind", "status"}, {"status", 503}});
  CHECK(told().code == Errc::unreachable);
  instance.trouble({{"action", "GetInstanceRoleKey"}, {"kind", "throttle"}});
  CHECK(told().code == Errc::unreachable);
  instance.world.settings.role.clear();
  CHECK(told().what.find("this ECS instance has no RAM role (") == 0);
  CHECK(told().fix.find("attach a RAM role") == 0);
}
