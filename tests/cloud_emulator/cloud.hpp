// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The emulated cloud within a test, the product's clients of it, and what may go wrong with a call.
#pragma once

#include "cloud/alibaba/ecs_images.hpp"
#include "cloud/alibaba/ecs_machines.hpp"
#include "cloud/alibaba/ens_registry.hpp"
#include "cloud/store/store_bucket.hpp"
#include "tests/cloud/cloud_fixture.hpp"
#include "tests/cloud_emulator/front.hpp"
#include "tests/cloud_emulator/worker.hpp"

namespace ferry::emulator {

using namespace std::chrono_literals;
using test::Scratch;

inline constexpr auto bucket_name = "smc-transit";
inline constexpr auto region = "cn-beijing";
inline constexpr int attempts_max = 8;  // of a job that restarts by itself

/// The emulated cloud within this process, and the product's clients of it.
struct TestCloud {
  const std::string place;  // the region of all of it
  Scratch scratch;
  ObjectStore store{scratch / "oss"};
  World world{scratch / "cloud", Settings{.tick_ms = 20, .absent_calls = 1, .gib_bytes = 4096}};
  Worker worker{world, store};
  Faults faults;
  Front front{world, store, faults, {{"test-id", "test-secret", {}}}, 0};
  std::shared_ptr<StoreBucket> bucket;

  explicit TestCloud(std::string where = region) : place(std::move(where)) {
    REQUIRE(store.make_bucket(bucket_name, place));
    StoreSettings settings;
    settings.kind = StoreKind::oss;
    settings.host = address();
    settings.region = place;
    settings.bucket = bucket_name;
    settings.path_style = true;
    settings.key = key();
    settings.endpoint.scheme = "http";
    bucket = std::make_shared<StoreBucket>(std::move(settings));
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(front.port()); }
  [[nodiscard]] static std::function<Result<AccessKey>()> key() {
    return [] { return Result<AccessKey>{AccessKey{"test-id", "test-secret", {}}}; };
  }
  [[nodiscard]] RpcService service(const std::string& name, const std::string& version) const {
    return {name, address(), version, {.scheme = "http"}, key()};
  }
  [[nodiscard]] EnsServiceRegistry registry() {
    return EnsServiceRegistry{{.service = service("ENS", std::string{ens_version}),
                               .bucket = bucket_name,
                               .bucket_region = place,
                               .poll = 10ms,
                               .settle = 300ms},
                              bucket};
  }
  [[nodiscard]] EcsMachines machines() {
    NetworkSettings network;
    network.region = place;
    network.poll = 10ms;
    network.patience = 20s;
    return EcsMachines{{.ecs = service("ECS", std::string{ecs_version}),
                        .vpc = service("VPC", std::string{vpc_version}),
                        .network = network}};
  }
  [[nodiscard]] EcsImages images() {
    return EcsImages{{.ecs = service("ECS", std::string{ecs_version}),
                      .region = place,
                      .bucket = bucket_name,
                      .bucket_region = place,
                      .patience = {.poll = 10ms, .most = 20s}},
                     bucket};
  }
  [[nodiscard]] std::size_t count(const char* kind) {
    const std::lock_guard lock{world.mutex};
    world.settle();
    return world.all(kind).size();
  }
  [[nodiscard]] bool nothing_rented() {
    for (const auto* kind :
         {kind::vpc, kind::vswitch, kind::security_group, kind::instance, kind::disk}) {
      if (count(kind) != 0) return false;
    }
    return true;
  }
};

/// Until it succeeds, as a job repeats what fails for a moment.
template <class T>
Result<T> at_last(const std::function<Result<T>()>& work) {
  Result<T> result = fail(Errc::internal, "never tried");
  for (int attempt = 0; attempt < attempts_max && !result; ++attempt) {
    result = work();
    if (!result && retry_class(result.error().code) == Retry::fatal) return result;
  }
  return result;
}

struct Trouble {
  const char* words;
  Fault fault;
};
inline std::vector<Trouble> troubles() {
  Fault cut_off;
  cut_off.kind = FaultKind::drop_before;
  Fault lost;
  lost.kind = FaultKind::lose_reply;
  Fault throttled;
  throttled.refusal = {400, "Throttling.User", "Request was denied due to user flow control."};
  throttled.retry_after = 20;
  Fault failed;
  failed.refusal = {500, "InternalError", "An error occurred."};
  return {{"cut off before", cut_off},
          {"its answer lost", lost},
          {"throttled", throttled},
          {"failed", failed}};
}

}  // namespace ferry::emulator
