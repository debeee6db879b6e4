// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the product does in Alibaba Cloud, against its emulation: each call may be cut off before
// its effect or behind it, held back or refused for a moment, and then, repeated as a job repeats
// it, the work ends with exactly what was wanted, and its release leaves nothing.
#include "cloud/export.hpp"
#include "tests/cloud_emulator/cloud.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace ferry::emulator;

namespace {

std::string qcow2_object(TestCloud& cloud) {
  const auto file = cloud.scratch / "system.qcow2";
  REQUIRE(run_ok({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", file.string(), "16M"}}));
  const auto key = *image_object_key("edge", "m-1", 0);
  const auto object = upload_file(*cloud.bucket, file, key, 8 * limits::mib);
  REQUIRE_MESSAGE(object, to_string(object.error()));
  return object->sha256;
}

ImportRequest import_request(const std::string& sha256) {
  ImportRequest request;
  request.client_token = "t-1";
  request.name = "web-server";
  request.region = region;
  request.job = "j-1";
  request.disks.push_back(
      {0, *image_object_key("edge", "m-1", 0), 16 * limits::mib, sha256, std::string(64, 'a')});
  return request;
}

const MachineRequest machine{.token = "i-1",
                             .image = "debian_12_9_x64_20G_alibase_20260101.vhd",
                             .type = {},
                             .storage_gib = 40,
                             .user_data = "#!/bin/sh\n",
                             .disks_gib = {20, 30}};

}  // namespace

TEST_CASE(
    "whichever call of an import goes wrong, there is one image at the end, and none once it is "
    "discarded") {
  TestCloud cloud;
  const auto request = import_request(qcow2_object(cloud));
  for (const auto* action : {"ImportImage", "DescribeSelfImages", "DeleteImage"}) {
    for (auto trouble : troubles()) {
      CAPTURE(action);
      CAPTURE(trouble.words);
      trouble.fault.action = action;
      cloud.faults.add(trouble.fault);
      const auto image =
          at_last<EnsImage>([&] { return cloud.registry().import_image(request, *cloud.bucket); });
      REQUIRE_MESSAGE(image, to_string(image.error()));
      CHECK(cloud.count(kind::ens_image) == 1);
      const auto gone = at_last<void>([&] { return cloud.registry().discard("t-1"); });
      CHECK_MESSAGE(gone, to_string(gone.error()));
      CHECK(cloud.count(kind::ens_image) == 0);
      CHECK(cloud.bucket->list("edgeferry/")->empty());
      cloud.faults.clear();
    }
  }
}

TEST_CASE(
    "whichever call for a machine goes wrong, there is one machine at the end, and nothing once it "
    "is released") {
  TestCloud cloud;
  int number = 0;
  for (const auto* action :
       {"DescribeAvailableResource", "CreateVpc", "DescribeVpcs", "CreateVSwitch",
        "DescribeVSwitches", "CreateSecurityGroup", "DescribeSecurityGroups",
        "AuthorizeSecurityGroup", "RunInstances", "DescribeInstances", "DescribeDisks",
        "DeleteInstance", "DeleteSecurityGroup", "DeleteVSwitch", "DeleteVpc"}) {
    for (auto trouble : troubles()) {
      CAPTURE(action);
      CAPTURE(trouble.words);
      trouble.fault.action = action;
      cloud.faults.add(trouble.fault);
      auto wanted = machine;
      wanted.token = "i-" + std::to_string(++number);
      const auto made = at_last<Machine>([&] { return cloud.machines().ensure(wanted, {}); });
      REQUIRE_MESSAGE(made, to_string(made.error()));
      CHECK_FALSE(made->address.empty());
      CHECK(cloud.count(kind::instance) == 1);
      REQUIRE(made->disks.size() == 2);
      CHECK(cloud.count(kind::disk) == 3);
      CHECK(cloud.count(kind::vpc) == 1);
      CHECK(cloud.count(kind::security_group) == 1);
      const auto gone = at_last<void>([&] { return cloud.machines().release(wanted.token, {}); });
      REQUIRE_MESSAGE(gone, to_string(gone.error()));
      CHECK(cloud.nothing_rented());
      cloud.faults.clear();
    }
  }
}

TEST_CASE("a machine's disks are told in the order in which they were asked for") {
  TestCloud cloud;
  const auto made = cloud.machines().ensure(machine, {});
  REQUIRE_MESSAGE(made, to_string(made.error()));
  REQUIRE(made->disks.size() == 2);
  for (std::size_t i = 0; i < made->disks.size(); ++i) {
    const auto& disk = made->disks.at(i);
    CHECK(disk.gib == machine.disks_gib.at(i));
    CHECK(disk.device == (i == 0 ? "/dev/xvdb" : "/dev/xvdc"));
    CHECK("d-" + disk.serial == disk.id);
    const std::lock_guard lock{cloud.world.mutex};
    const auto link =
        cloud.world.folder_of(kind::instance, made->id) / fs::path{disk.device}.filename();
    CHECK(fs::canonical(link).parent_path().filename() == disk.id);
  }
}

TEST_CASE("a machine that is there is found again, and listed with all that belongs to it") {
  TestCloud cloud;
  const auto first = cloud.machines().ensure(machine, {});
  REQUIRE_MESSAGE(first, to_string(first.error()));
  const auto again = cloud.machines().ensure(machine, {});
  REQUIRE(again);
  CHECK(again->id == first->id);
  std::vector<std::string> kinds;
  REQUIRE(cloud.machines().list({}));  // listings lag behind by one
  const auto all = cloud.machines().list({});
  REQUIRE_MESSAGE(all, to_string(all.error()));
  for (const auto& found : *all) {
    CHECK(found.token == "i-1");
    kinds.push_back(found.kind);
  }
  std::ranges::sort(kinds);
  CHECK(kinds == std::vector<std::string>{"firewall", "machine", "network", "vswitch"});
}

TEST_CASE("a type that is sold out is followed by the next one; a named one is not") {
  TestCloud cloud;
  const auto offers_of = [&](const std::string& type) {
    RpcClient ecs{cloud.service("ECS", std::string{ecs_version})};
    return machine_offers(ecs, region, {}, type, {});
  };
  const auto offers = offers_of({});
  REQUIRE_MESSAGE(offers, to_string(offers.error()));
  const auto cheapest = offers->front();
  {
    const std::lock_guard lock{cloud.world.mutex};
    cloud.world.settings.no_stock = {cheapest.type};
  }
  auto named = machine;
  named.type = cheapest.type;
  const auto refused = cloud.machines().ensure(named, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::no_stock);
  CHECK(refused.error().what.find(cheapest.type) != std::string::npos);
  const auto made = cloud.machines().ensure(machine, {});
  REQUIRE_MESSAGE(made, to_string(made.error()));
  CHECK(made->type != cheapest.type);
  const auto gone = cloud.machines().release("i-1", {});
  REQUIRE_MESSAGE(gone, to_string(gone.error()));
  CHECK(cloud.nothing_rented());
}

TEST_CASE("what others have in the account is neither listed nor removed") {
  TestCloud cloud;
  REQUIRE(cloud.machines().ensure(machine, {}));
  auto other = machine;
  other.token = "i-2";
  REQUIRE(cloud.machines().ensure(other, {}));
  const auto gone = cloud.machines().release("i-1", {});
  REQUIRE_MESSAGE(gone, to_string(gone.error()));
  CHECK(cloud.count(kind::instance) == 1);
  CHECK(cloud.count(kind::vpc) == 1);
  const auto left = cloud.machines().list({});
  REQUIRE_MESSAGE(left, to_string(left.error()));
  for (const auto& found : *left) CHECK(found.token == "i-2");
}
