// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances that are looked at and have commands run on them: found by what people know of them,
// and each command once, whoever asks for it again.
#include <fstream>

#include "cloud/alibaba/ecs_commands.hpp"
#include "cloud/import_limits.hpp"
#include "tests/cloud_emulator/cloud.hpp"
#include "tests/cloud_emulator/machines.hpp"
#include "tests/cloud_emulator/own_instance.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace ferry::emulator;

namespace {

/// A cloud whose instances run scripts as processes of the test.
struct Account {
  TestCloud cloud;
  int addresses = 0;

  Account() {
    const auto program = cloud.scratch / "boot";
    std::ofstream{program} << "#!/bin/sh\n[ -z \"$4\" ] || exec sh \"$3\"\nexec sleep infinity\n";
    fs::permissions(program, fs::perms::owner_all);
    cloud.world.settings.boot_command = program.string();
  }
  ~Account() { power_off_all(cloud.world); }

  std::string add(const std::string& name, Json change = Json::object()) {
    const std::lock_guard lock{cloud.world.mutex};
    const auto id = own_instance(cloud.world, region, "10.1.2." + std::to_string(++addresses));
    auto& one = *cloud.world.find(kind::instance, id);
    one["InstanceName"] = name;
    one.update(change);
    return id;
  }
  [[nodiscard]] EcsCommands commands(bool needs_public = true) const {
    return EcsCommands{{cloud.service("ECS", std::string{ecs_version}), region, needs_public}};
  }
  [[nodiscard]] std::vector<EcsInstance> found(const std::string& search = {}) const {
    const auto listing = commands().find(search, {}, {});
    REQUIRE_MESSAGE(listing, to_string(listing.error()));
    return listing->instances;
  }
  /// Once it has ended.
  [[nodiscard]] ScriptState ended(const std::string& instance, const std::string& run) const {
    for (int tries = 0; tries < 500; ++tries) {
      const auto now = commands().look(instance, run, {});
      REQUIRE_MESSAGE(now, to_string(now.error()));
      if (now->phase != ScriptState::Phase::running) return *now;
      std::this_thread::sleep_for(20ms);
    }
    FAIL("it goes on and on");
    return {};
  }
};

}  // namespace

TEST_CASE("instances are found by id, name and address, and say why they can't be imported") {
  Account account;
  const auto good = account.add("Web-1");
  const auto stopped = account.add("web-2", {{"Status", "Stopped"}});
  const auto silent = account.add("db-1", {{"without_assistant", true}});
  const auto hidden = account.add("db-2", {{"PublicIpAddress", {{"IpAddress", Json::array()}}}});
  const auto windows = account.add("desk", {{"OSType", "windows"}});
  REQUIRE(account.found().size() == 5);
  CHECK(account.found("WEB-").size() == 2);
  CHECK(account.found(good).size() == 1);
  CHECK(account.found("10.1.2.4").at(0).id == hidden);
  CHECK(account.found("nothing").empty());
  const auto obstacle = [&](const std::string& id) { return account.found(id).at(0).obstacle; };
  CHECK(obstacle(good).empty());
  CHECK(obstacle(stopped).find("must be Running") != std::string::npos);
  CHECK(obstacle(silent).find("Cloud Assistant does not run") != std::string::npos);
  CHECK(obstacle(hidden).find("no public address") != std::string::npos);
  CHECK(obstacle(windows).find("Windows") != std::string::npos);
  const auto within = account.commands(false).find("", {hidden, good}, {});
  REQUIRE(within);
  REQUIRE(within->instances.size() == 2);
  for (const auto& one : within->instances) CHECK(one.obstacle.empty());
}

TEST_CASE("more instances than one page are all seen") {
  Account account;
  account.cloud.world.settings.boot_command.clear();
  for (std::size_t i = 0; i < 2 * limits::ecs_page_instances + 3; ++i) account.add("many");
  CHECK(account.found("many").size() == 2 * limits::ecs_page_instances + 3);
}

TEST_CASE("a command runs once for its token, and tells what it wrote") {
  Account account;
  const auto instance = account.add("web");
  const auto file = account.cloud.scratch / "ran";
  const InstanceScript script{"ei-1-0-1", instance,
                              "echo ran >>" + file.string() + "\necho good\n"};
  auto commands = account.commands();
  const auto run = commands.start(script, {});
  REQUIRE_MESSAGE(run, to_string(run.error()));
  CHECK(commands.start(script, {}) == run);
  const auto state = account.ended(instance, *run);
  CHECK(state.phase == ScriptState::Phase::done);
  CHECK(state.output == "good");
  CHECK(commands.start(script, {}) == run);
  std::ifstream in{file};
  CHECK(std::string{std::istreambuf_iterator<char>{in}, {}} == "ran\n");
}

TEST_CASE("a command that fails says so with its words and the next step") {
  Account account;
  const auto instance = account.add("web");
  auto commands = account.commands();
  const auto run = commands.start({"ei-1-0-1", instance, "echo no space >&2\nexit 3\n"}, {});
  REQUIRE(run);
  const auto state = account.ended(instance, *run);
  CHECK(state.phase == ScriptState::Phase::failed);
  CHECK(state.output == "no space");
  CHECK(state.error.what.find("exit code 3") != std::string::npos);
  CHECK(!state.error.fix.empty());
  const auto gone = commands.start({"ei-1-1-1", "i-none", "true"}, {});
  REQUIRE(!gone);
  CHECK(gone.error().code == Errc::instance_unusable);
}

TEST_CASE("a command that runs is ended, and ending one that has ended is no error") {
  Account account;
  const auto instance = account.add("web");
  auto commands = account.commands();
  const auto run = commands.start({"ei-1-0-1", instance, "sleep 3"}, {});
  REQUIRE(run);
  REQUIRE(commands.end(instance, *run, {}));
  CHECK(account.ended(instance, *run).phase == ScriptState::Phase::stopped);
  CHECK(commands.end(instance, *run, {}));
}

TEST_CASE("what RAM forbids is told as the policy that is missing") {
  Account account;
  const auto instance = account.add("web");
  const auto forbid = [&](const char* action) {
    account.cloud.faults.add(*fault_of(
        {{"action", action}, {"kind", "error"}, {"status", 403}, {"code", "Forbidden.RAM"}}));
  };
  forbid("DescribeInstances");
  const auto list = account.commands().find("", {}, {});
  REQUIRE(!list);
  CHECK(list.error().code == Errc::access_refused);
  CHECK(list.error().fix.find("AliyunECSReadOnlyAccess") != std::string::npos);
  forbid("RunCommand");
  const auto run = account.commands().start({"ei-1-0-1", instance, "true"}, {});
  REQUIRE(!run);
  CHECK(run.error().code == Errc::access_refused);
  CHECK(run.error().fix.find("AliyunECSAssistantFullAccess") != std::string::npos);
}
