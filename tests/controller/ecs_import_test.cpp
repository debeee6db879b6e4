// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Imports of instances of ECS: what they ask of the cloud, once, whoever dies in between. The cloud
// is one actor, which knows commands by their tokens as the real one does.
#include <mutex>

#include <doctest/doctest.h>

#include "actors/controller/ecs_imports.hpp"
#include "actors/spawn.hpp"
#include "tests/controller/office.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

/// What the cloud has and says; any thread.
struct CloudScript {
  std::mutex mutex;
  std::map<std::string, std::string> obstacles;  // by instance that is there
  std::map<std::string, std::string> sources;    // that its command will register
  std::map<std::string, std::string> started;    // instance by token: commands that ran
  std::set<std::string> holds;                   // instances whose command does not end
  std::set<std::string> stopped;                 // tokens
  Error refusal;                                 // of all lists
  std::string script;                            // the last that came
  int asked = 0;

  template <class Work>
  auto with(Work work) {
    const std::lock_guard lock{mutex};
    return work(*this);
  }
};

class FakeCloud {
 public:
  static constexpr const char* actor_name = "fake_cloud";

  FakeCloud(caf::event_based_actor*, std::shared_ptr<CloudScript> script)
      : script_(std::move(script)) {}
  caf::behavior make_behavior() {
    return {[this](const FindInstances& m) { return find(m); },
            [this](const EnsureCommand& m) { return run(m); },
            [this](const StopCommand& m) { return stop(m); },
            [](const ListNodes&) {
              NodeView worker;
              worker.node = "worker-1";
              return NodeList{{worker}};
            },
            [](const GetInstallCommand& m) {
              InstallCommand command;
              command.curl = "curl " + m.code;
              command.wget = "wget " + m.code;
              return command;
            }};
  }

 private:
  InstancesFound find(const FindInstances& m) {
    return script_->with([&](CloudScript& s) -> InstancesFound {
      if (s.refusal.code != Errc::none) {
        InstancesFound refused{m.look, "failed"};
        refused.error_code = static_cast<std::uint16_t>(s.refusal.code);
        refused.error = s.refusal.what;
        refused.fix = s.refusal.fix;
        return refused;
      }
      InstancesFound found{m.look, "done"};
      for (const auto& [id, obstacle] : s.obstacles) {
        EcsInstance one;
        one.id = id;
        one.name = "name of " + id;
        one.obstacle = obstacle;
        found.instances.push_back(one);
      }
      return found;
    });
  }
  CommandStatus run(const EnsureCommand& m) {
    return script_->with([&](CloudScript& s) {
      ++s.asked;
      s.started[m.token] = m.instance;
      s.script = m.script;
      CommandStatus status{m.token, "running", "t-" + m.token};
      if (m.invocation.empty() || s.holds.contains(m.instance)) return status;
      const auto source = s.sources.find(m.instance);
      if (source == s.sources.end()) {
        status.state = "failed";
        status.output = "curl: (7) no route";
        status.error_code = static_cast<std::uint16_t>(Errc::instance_unusable);
        status.error = "the command ended with Failed";
        return status;
      }
      status.state = "done";
      status.output = "Import Source Server [" + source->second + "] Successfully!";
      return status;
    });
  }
  CommandStatus stop(const StopCommand& m) {
    return script_->with([&](CloudScript& s) {
      s.stopped.insert(m.token);
      return CommandStatus{m.token, "stopped", m.invocation};
    });
  }

  std::shared_ptr<CloudScript> script_;
};

struct ImportDesk {
  Office office;
  std::shared_ptr<CloudScript> cloud = std::make_shared<CloudScript>();
  std::shared_ptr<const SecretBox> box =
      std::make_shared<const SecretBox>(*SecretBox::load_or_make(office.folder.path() / "box"));
  caf::actor fake, imports;
  bool has_account = true;

  std::vector<std::string> sources;  // online, of the instances i-0, i-1, ...

  /// `count`: instances whose command registers a source server that is online.
  explicit ImportDesk(std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i) {
      sources.push_back(office.add_source());
      cloud->obstacles[instance(i)];
      cloud->sources[instance(i)] = sources.back();
    }
    office.start();
    start();
  }
  ~ImportDesk() { stop(); }

  static std::string instance(std::size_t number) { return "i-" + std::to_string(number); }

  void start() {
    for (const auto& source : sources) office.heartbeat_of(source);
    fake = spawn_actor<FakeCloud>(*office.live, cloud);
    EcsImportEnvironment environment{office.store,
                                     fake,
                                     office.sources,
                                     fake,
                                     [fake = fake](const std::string&) { return fake; },
                                     box};
    environment.poll = 10ms;
    imports = spawn_actor<EcsImports>(
        *office.live,
        EcsImportsOptions{environment,
                          has_account ? std::optional{EcsAccount{"cn-beijing"}} : std::nullopt,
                          Branch{}.at("ecs_imports")});
  }
  void stop() {
    kill_and_wait(*office.live, std::exchange(imports, {}));
    kill_and_wait(*office.live, std::exchange(fake, {}));
  }
  void die_and_come_back() {
    stop();
    start();
  }

  Result<EcsImportView> create(std::vector<std::string> instances, const std::string& token = {}) {
    return office.ask<EcsImportView>(imports,
                                     CreateEcsImport{token, {}, std::move(instances), {}, {}});
  }
  EcsImportView view(const std::string& id) {
    auto list = office.ask<EcsImportList>(imports, ListEcsImports{id});
    REQUIRE_MESSAGE(list, to_string(list.error()));
    return list->imports.at(0);
  }
  EcsImportView ended(const std::string& id) {
    REQUIRE(eventually([&] { return view(id).ended_ms != 0; }));
    return view(id);
  }
};

bool is(const EcsImportItem& item, const char* state) {
  if (item.state != state) MESSAGE(item.instance << " is " << item.state << ": " << item.error);
  return item.state == state;
}

}  // namespace

TEST_CASE("instances become source servers with one code, which ends with the import") {
  ImportDesk desk{3};
  const auto made = desk.create({"i-0", "i-1", "i-2"});
  REQUIRE_MESSAGE(made, to_string(made.error()));
  CHECK(made->region == "cn-beijing");
  const auto ended = desk.ended(made->id);
  CHECK(ended.state == "done");
  CHECK(ended.imported == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(is(ended.items.at(i), "imported"));
    CHECK(ended.items[i].source == desk.sources[i]);
    CHECK(ended.items[i].name == "name of " + ended.items[i].instance);
  }
  const auto codes =
      desk.office.ask<ActivationList>(desk.office.sources, ListActivations{ended.activation});
  REQUIRE(codes);
  CHECK(codes->activations.at(0).status == "disabled");
  CHECK(codes->activations.at(0).quota == 3);
  CHECK(desk.cloud->with([](auto& s) { return s.script.find("curl efc1-") != s.script.npos; }));
}

TEST_CASE("deaths at any moment run no command twice, and the import ends all the same") {
  ImportDesk desk{5};
  const auto made = desk.create({"i-0", "i-1", "i-2", "i-3", "i-4"});
  REQUIRE(made);
  for (int death = 0; death < 8; ++death) {
    std::this_thread::sleep_for(std::chrono::milliseconds{7 * death});
    desk.die_and_come_back();
  }
  const auto ended = desk.ended(made->id);
  CHECK(ended.imported == 5);
  // One token for each instance, whoever asked.
  CHECK(desk.cloud->with([](auto& s) { return s.started.size(); }) == 5);
  for (const auto& item : ended.items) CHECK(item.attempt == 1);
  const auto codes = desk.office.ask<ActivationList>(desk.office.sources, ListActivations{});
  REQUIRE(codes);
  const auto ours =
      std::ranges::count(codes->activations, "ecs-import " + made->id, &ActivationView::name);
  CHECK(ours == 1);
}

TEST_CASE("what can't be imported fails with the reason, and a retry begins it anew") {
  ImportDesk desk{1};
  desk.cloud->with([](auto& s) {
    s.obstacles["i-off"] = "it is Stopped and must be Running: start it";
    s.obstacles["i-bad"];
  });
  const auto made = desk.create({"i-0", "i-off", "i-bad", "i-gone"});
  REQUIRE(made);
  auto ended = desk.ended(made->id);
  CHECK(ended.imported == 1);
  CHECK(ended.failed == 3);
  const auto item = [&](const std::string& id) {
    return *std::ranges::find(ended.items, id, &EcsImportItem::instance);
  };
  CHECK(item("i-off").error.find("must be Running") != std::string::npos);
  CHECK(item("i-gone").error_code == static_cast<int>(Errc::not_found));
  CHECK(item("i-bad").output == "curl: (7) no route");
  CHECK(!item("i-bad").fix.empty());
  desk.cloud->with([&](auto& s) { s.sources["i-bad"] = desk.sources[0]; });
  const auto again =
      desk.office.ask<EcsImportView>(desk.imports, RetryEcsImport{made->id, {"i-bad"}});
  REQUIRE_MESSAGE(again, to_string(again.error()));
  CHECK(again->state == "running");
  ended = desk.ended(made->id);
  CHECK(is(item("i-bad"), "imported"));
  CHECK(item("i-bad").attempt == 2);
  CHECK(is(item("i-off"), "failed"));
  const auto none = desk.office.ask<EcsImportView>(desk.imports, RetryEcsImport{made->id, {"i-0"}});
  REQUIRE(!none);
  CHECK(none.error().code == Errc::import_wrong_state);
}

TEST_CASE("a cancellation leaves those that wait alone and ends what runs") {
  ImportDesk desk{12};
  std::vector<std::string> all;
  for (std::size_t i = 0; i < 12; ++i) all.push_back(ImportDesk::instance(i));
  desk.cloud->with([&](auto& s) { s.holds = {all.begin(), all.end()}; });
  const auto made = desk.create(all);
  REQUIRE(made);
  const auto running = [&] {
    const auto view = desk.view(made->id);
    return std::ranges::count_if(view.items,
                                 [](const auto& one) { return !one.invocation.empty(); });
  };
  REQUIRE(eventually([&] { return running() == limits::ecs_commands_at_once; }));
  REQUIRE(desk.office.ask<EcsImportView>(desk.imports, CancelEcsImport{made->id}));
  desk.die_and_come_back();
  const auto ended = desk.ended(made->id);
  CHECK(ended.state == "canceled");
  for (const auto& item : ended.items) CHECK(is(item, "canceled"));
  CHECK(desk.cloud->with([](auto& s) { return s.stopped.size(); }) == limits::ecs_commands_at_once);
  const auto again = desk.office.ask<EcsImportView>(desk.imports, CancelEcsImport{made->id});
  REQUIRE(!again);
  CHECK(again.error().code == Errc::import_wrong_state);
}

TEST_CASE("a policy that is missing is told, of a list and of an import") {
  ImportDesk desk;
  desk.cloud->refusal = {Errc::access_refused, "ECS refuses DescribeInstances: Forbidden.RAM",
                         "attach the policy AliyunECSReadOnlyAccess"};
  const auto list = desk.office.ask<EcsInstanceList>(desk.imports, ListEcsInstances{});
  REQUIRE(!list);
  CHECK(list.error().code == Errc::access_refused);
  CHECK(list.error().fix.find("AliyunECSReadOnlyAccess") != std::string::npos);
  const auto made = desk.create({"i-0"});
  REQUIRE(made);
  const auto ended = desk.ended(made->id);
  CHECK(is(ended.items.at(0), "failed"));
  CHECK(ended.items[0].fix.find("AliyunECSReadOnlyAccess") != std::string::npos);
}

TEST_CASE("a list tells which instances are source servers already") {
  ImportDesk desk{2};
  const auto made = desk.create({"i-0"});
  REQUIRE(made);
  (void)desk.ended(made->id);
  const auto list = desk.office.ask<EcsInstanceList>(desk.imports, ListEcsInstances{});
  REQUIRE_MESSAGE(list, to_string(list.error()));
  REQUIRE(list->instances.size() == 2);
  CHECK(list->instances[0].source == desk.sources[0]);
  CHECK(list->instances[0].obstacle.find("already") != std::string::npos);
  CHECK(list->instances[1].obstacle.empty());
}

TEST_CASE("the same client token makes one import, and an instance is in one import at a time") {
  ImportDesk desk;
  desk.cloud->with([](auto& s) { s.holds.insert("i-0"); });
  const auto made = desk.create({"i-0"}, "once");
  REQUIRE(made);
  const auto again = desk.create({"i-0"}, "once");
  REQUIRE(again);
  CHECK(again->id == made->id);
  const auto other = desk.create({"i-0"}, "twice");
  REQUIRE(!other);
  CHECK(other.error().code == Errc::import_wrong_state);
  for (const std::string bad : {"", "x", "i-A", "i-1\"]"}) {
    const auto refused = desk.create({bad});
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::invalid_argument);
  }
  CHECK(desk.create(std::vector<std::string>{}).error().code == Errc::invalid_argument);
}

TEST_CASE("without an account in the cluster file it is said what to do") {
  ImportDesk desk;
  desk.has_account = false;
  desk.die_and_come_back();
  const auto list = desk.office.ask<EcsInstanceList>(desk.imports, ListEcsInstances{});
  REQUIRE(!list);
  CHECK(list.error().code == Errc::config_conflict);
  CHECK(list.error().fix.find("[ecs_import]") != std::string::npos);
}
