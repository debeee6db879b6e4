// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances that a job borrows: they get its disks and run its nodes, and are afterwards as they
// were before.
#include <fstream>

#include <unistd.h>

#include "cloud/alibaba/borrowed_scripts.hpp"
#include "tests/cloud_emulator/cloud.hpp"
#include "tests/cloud_emulator/disks.hpp"
#include "tests/cloud_emulator/machines.hpp"
#include "tests/cloud_emulator/own_instance.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace ferry::emulator;

namespace {

/// Scripts on the instance see this machine's /run, as those of other tests do.
std::string token_of(const std::string& name) { return name + '-' + std::to_string(::getpid()); }

/// A cloud with one instance that nobody has rented; scripts on it run as processes of the test.
struct Borrowing {
  TestCloud cloud;
  std::string instance;

  Borrowing() {
    const auto program = cloud.scratch / "boot";
    std::ofstream{program} << "#!/bin/sh\n"
                           << "export PATH='" << (cloud.scratch / "bin").string() << "':\"$PATH\"\n"
                           << "export EDGEFERRY_STATE=\"$(dirname \"$3\")/state\"\n"
                           << "[ -z \"$4\" ] || exec sh \"$3\"\n"
                           << "exec sleep infinity\n";
    fs::permissions(program, fs::perms::owner_all);
    install_edgeferry();
    cloud.world.settings.boot_command = program.string();
    const std::lock_guard lock{cloud.world.mutex};
    instance = own_instance(cloud.world, region, "10.1.2.3");
  }
  ~Borrowing() { power_off_all(cloud.world); }

  void install_edgeferry() {
    fs::create_directories(cloud.scratch / "bin");
    const auto program = cloud.scratch / "bin" / "edgeferry";
    std::ofstream{program} << "#!/bin/sh\n";
    fs::permissions(program, fs::perms::owner_all);
  }
  [[nodiscard]] MachineRequest request(const std::string& token) const {
    MachineRequest request;
    request.token = token;
    request.image = "unused";
    request.storage_gib = 40;
    request.user_data = "#!/bin/sh\necho \"$EDGEFERRY_STORAGE\" >\"" +
                        (cloud.scratch / token).string() + "\"\nwhile :; do sleep 1; done\n";
    request.disks_gib = {20, 30};
    request.borrowed = instance;
    return request;
  }
  [[nodiscard]] Json& shown() { return *cloud.world.find(kind::instance, instance); }
  void change(const std::function<void(Json&)>& how) {
    const std::lock_guard lock{cloud.world.mutex};
    how(shown());
  }
  [[nodiscard]] bool runs(const std::string& token) const {
    return run({.argv = {"pgrep", "-f", "/run/edgeferry-" + token + "/words"}})->exit_code == 0;
  }
  [[nodiscard]] Error refusal(const std::string& token) {
    const auto made = cloud.machines().ensure(request(token), {});
    return made ? Error{} : made.error();
  }
};

}  // namespace

TEST_CASE("an instance that is borrowed gets disks and runs the words, and keeps nothing of them") {
  Borrowing here;
  auto& cloud = here.cloud;
  const auto made = cloud.machines().ensure(here.request(token_of("b-1")), {});
  REQUIRE_MESSAGE(made, to_string(made.error()));
  CHECK(made->id == here.instance);
  CHECK(made->address == "10.1.2.3");
  REQUIRE(made->disks.size() == 2);
  CHECK(made->disks.at(1).gib == 30);
  REQUIRE(cloud.count(kind::disk) == 3);
  {
    const std::lock_guard lock{cloud.world.mutex};
    for (const auto* disk : cloud.world.all(kind::disk)) {
      CHECK(text_of(*disk, "DiskName") == "SMC_Temp_Disk");  // F104
      CHECK(text_of(*disk, "DiskChargeType") == "PostPaid");
      CHECK(text_of(*disk, "InstanceId") == here.instance);
      CHECK(text_of(*disk, "Status") == "In_use");
    }
  }
  CHECK(here.runs(token_of("b-1")));
  const auto again = cloud.machines().ensure(here.request(token_of("b-1")), {});
  REQUIRE_MESSAGE(again, to_string(again.error()));
  CHECK(cloud.count(kind::disk) == 3);
  const auto found = cloud.machines().find(token_of("b-1"), {});
  REQUIRE_MESSAGE(found, to_string(found.error()));
  CHECK(found->id == here.instance);
  const auto all = cloud.machines().list({});
  REQUIRE_MESSAGE(all, to_string(all.error()));
  REQUIRE(all->size() == 3);
  CHECK(all->front().kind == "temporary_disk");
  CHECK(all->front().token == token_of("b-1"));
  const auto gone = cloud.machines().release(token_of("b-1"), {});
  REQUIRE_MESSAGE(gone, to_string(gone.error()));
  CHECK(cloud.count(kind::disk) == 0);      // F105
  CHECK(cloud.count(kind::instance) == 1);  // F21
  CHECK_FALSE(here.runs(token_of("b-1")));
  CHECK_FALSE(fs::exists("/run/edgeferry-" + token_of("b-1")));
  CHECK(cloud.machines().find(token_of("b-1"), {}).error().code == Errc::not_found);
}

TEST_CASE(
    "whichever call for a borrowed instance goes wrong, nothing is made twice, and nothing "
    "is left") {
  Borrowing here;
  int number = 0;
  for (const auto* action : {"DescribeInstances", "DescribeDisks", "CreateDisk", "AttachDisk",
                             "DescribeCloudAssistantStatus", "RunCommand",
                             "DescribeInvocationResults", "DetachDisk", "DeleteDisk"}) {
    for (auto trouble : troubles()) {
      CAPTURE(action);
      CAPTURE(trouble.words);
      trouble.fault.action = action;
      here.cloud.faults.add(trouble.fault);
      const auto token = token_of("c-" + std::to_string(++number));
      const auto made =
          at_last<Machine>([&] { return here.cloud.machines().ensure(here.request(token), {}); });
      REQUIRE_MESSAGE(made, to_string(made.error()));
      CHECK(here.cloud.count(kind::disk) == 3);
      CHECK(here.runs(token));
      const auto gone = at_last<void>([&] { return here.cloud.machines().release(token, {}); });
      REQUIRE_MESSAGE(gone, to_string(gone.error()));
      CHECK(here.cloud.count(kind::disk) == 0);
      CHECK_FALSE(here.runs(token));
      here.cloud.faults.clear();
    }
  }
  CHECK(here.cloud.count(kind::instance) == 1);
}

TEST_CASE(
    "an instance that can't be used is told before a disk is paid for, and one that can be "
    "used later is then used") {
  Borrowing here;
  const auto refused = [&](const std::string& word) {
    CAPTURE(word);
    const auto error = here.refusal(token_of("d-1"));
    CHECK(error.code == Errc::instance_unusable);
    CHECK_MESSAGE(error.what.find(word) != std::string::npos, error.what);
    CHECK(here.cloud.count(kind::disk) == 0);
  };
  here.change([](Json& one) { one["Status"] = "Stopped"; });
  refused("does not run");
  here.change([](Json& one) { one["Status"] = "Running"; });
  here.change([](Json& one) { one["without_assistant"] = true; });
  refused("Cloud Assistant");
  here.change([](Json& one) { one.erase("without_assistant"); });
  here.change([](Json& one) { one["PublicIpAddress"]["IpAddress"] = Json::array(); });
  refused("no public address");
  here.change([](Json& one) { one["EipAddress"]["IpAddress"] = "10.9.9.9"; });
  here.change([](Json& one) { one["tags"]["edgeferry"] = "vm-1"; });
  refused("rented for another job");
  here.change([](Json& one) { one["tags"] = Json::object(); });
  auto elsewhere = here.request(token_of("d-1"));
  elsewhere.borrowed = "i-nowhere";
  CHECK(here.cloud.machines().ensure(elsewhere, {}).error().code == Errc::instance_unusable);
  const auto made = here.cloud.machines().ensure(here.request(token_of("d-1")), {});
  REQUIRE_MESSAGE(made, to_string(made.error()));
  CHECK(made->address == "10.9.9.9");
  std::string other;
  {
    const std::lock_guard lock{here.cloud.world.mutex};
    other = own_instance(here.cloud.world, region, "10.1.2.4");
    for (auto* disk : here.cloud.world.all(kind::disk)) (*disk)["InstanceId"] = other;
  }
  const auto moved = here.refusal(token_of("d-1"));
  CHECK(moved.code == Errc::instance_unusable);
  CHECK_MESSAGE(moved.what.find("to " + other) != std::string::npos, moved.what);
  {
    const std::lock_guard lock{here.cloud.world.mutex};
    for (auto* disk : here.cloud.world.all(kind::disk)) (*disk)["InstanceId"] = here.instance;
  }
  const auto second = here.refusal(token_of("d-2"));
  CHECK(second.code == Errc::instance_unusable);
  CHECK(second.what.find("works for another job") != std::string::npos);
  CHECK(here.cloud.count(kind::disk) == 3);
  REQUIRE(here.cloud.machines().release(token_of("d-1"), {}));
}

TEST_CASE(
    "without edgeferry on the instance its script says so, and a repetition after it was "
    "installed goes on") {
  Borrowing here;
  fs::remove(here.cloud.scratch / "bin" / "edgeferry");
  const auto error = here.refusal(token_of("e-1"));
  CHECK(error.code == Errc::instance_unusable);
  CHECK_MESSAGE(error.what.find("edgeferry is not installed") != std::string::npos, error.what);
  here.install_edgeferry();
  const auto made = here.cloud.machines().ensure(here.request(token_of("e-1")), {});
  REQUIRE_MESSAGE(made, to_string(made.error()));
  CHECK(here.cloud.count(kind::disk) == 3);
  REQUIRE(here.cloud.machines().release(token_of("e-1"), {}));
}

TEST_CASE(
    "disks are given back of an instance that doesn't run, that is gone, or that somebody "
    "has detached them from") {
  Borrowing here;
  REQUIRE(here.cloud.machines().ensure(here.request(token_of("f-1")), {}));
  here.change([](Json& one) { one["Status"] = "Stopped"; });
  const auto stopped = here.cloud.machines().release(token_of("f-1"), {});
  REQUIRE_MESSAGE(stopped, to_string(stopped.error()));
  CHECK(here.cloud.count(kind::disk) == 0);
  here.change([](Json& one) { one["Status"] = "Running"; });
  REQUIRE(here.cloud.machines().ensure(here.request(token_of("f-2")), {}));
  {
    const std::lock_guard lock{here.cloud.world.mutex};
    for (auto* disk : here.cloud.world.all(kind::disk)) {
      detach(here.cloud.world, *disk);
      (*disk)["Status"] = "Available";
    }
  }
  CHECK(here.cloud.machines().find(token_of("f-2"), {}).error().code == Errc::not_found);  // F99
  const auto detached = here.cloud.machines().release(token_of("f-2"), {});
  REQUIRE_MESSAGE(detached, to_string(detached.error()));
  CHECK(here.cloud.count(kind::disk) == 0);
  (void)run({.argv = {"sh", "-c", stop_script(token_of("f-1")) + stop_script(token_of("f-2"))}});
}

TEST_CASE("disks stay on a running instance that can't be asked, and go once it can") {
  Borrowing here;
  const auto token = token_of("g-1");
  REQUIRE(here.cloud.machines().ensure(here.request(token), {}));
  here.change([](Json& one) { one["without_assistant"] = true; });
  const auto refused = here.cloud.machines().release(token, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::instance_unusable);
  CHECK(here.cloud.count(kind::disk) == 3);
  CHECK(here.runs(token));
  here.change([](Json& one) { one.erase("without_assistant"); });
  const auto gone = here.cloud.machines().release(token, {});
  REQUIRE_MESSAGE(gone, to_string(gone.error()));
  CHECK(here.cloud.count(kind::disk) == 0);
  CHECK_FALSE(here.runs(token));
}

TEST_CASE("a disk whose id is no word is no disk of ours") {
  Borrowing here;
  const auto token = token_of("h-1");
  REQUIRE(here.cloud.machines().ensure(here.request(token), {}));
  std::string id;
  {
    const std::lock_guard lock{here.cloud.world.mutex};
    auto& disk = *here.cloud.world.all(kind::disk).front();
    id = text_of(disk, "DiskId");
    disk["DiskId"] = "d-\"$(reboot)";
  }
  const auto all = here.cloud.machines().list({});
  REQUIRE_MESSAGE(all, to_string(all.error()));
  CHECK(all->size() == 2);
  {
    const std::lock_guard lock{here.cloud.world.mutex};
    (*here.cloud.world.find(kind::disk, id))["DiskId"] = id;
  }
  REQUIRE(here.cloud.machines().release(token, {}));
}
