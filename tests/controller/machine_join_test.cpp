// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How the nodes of a machine that a job has rented come into the cluster, and who else does not.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

struct RentingCrew : Crew {
  KeyPair transition_keys = make_key_pair();
  KeyPair worker_keys = make_key_pair();
  std::unique_ptr<FakeNode> own_transition, own_worker;
  std::string job;

  explicit RentingCrew(const std::string& path = "direct", std::uint64_t data_bytes = 0) {
    office.config.image.path = path;
    office.config.limits.data_disk_max_bytes = limits::disk_bytes_max;
    office.config.machines.kind = "ecs";
    office.config.machines.type = "ecs.n1.small";
    NodeConfig controller;
    controller.name = "controller";
    controller.role = "controller";
    controller.listen = office.bridge->endpoint();
    controller.advertise = "127.0.0.1";
    office.config.nodes = {controller};
    start();
    CreateJob wish;
    wish.settings.source = source;
    wish.settings.name = "web";
    if (data_bytes != 0) wish.settings.disks = {{0, 30 * limits::gib}, {1, data_bytes}};
    const auto created = office.create(wish);
    REQUIRE_MESSAGE(created, (created ? "" : to_string(created.error())));
    job = created->id;
    REQUIRE(office.ask<JobView>(office.jobs, StartJob{job, {}}));
    REQUIRE(eventually([&] {
      const auto view = office.job(job);
      return !view->machine.id.empty() || view->status == "InError";
    }));
  }
  ~RentingCrew() {
    own_transition.reset();
    own_worker.reset();
  }
  /// In the user data that a provider was given.
  ActivationCode code() {
    const auto words = script->with([](Script& s) { return s.machines.at(0).user_data; });
    const auto begin = words.find('\'') + 1;
    const auto code = parse_activation_code(words.substr(begin, words.find('\'', begin) - begin));
    REQUIRE(code);
    return *code;
  }
  JoinMachine request() {
    const auto given = code();
    return {given.activation,       given.secret, transition_keys.public_key,
            worker_keys.public_key, "*",          protocol_version};
  }
  Result<MachineJoined> join(const JoinMachine& m, const KeyPair& by) {
    return office.client(by).ask<MachineJoined>("jobs", m);
  }
  void check_refused(const JoinMachine& m, const KeyPair& by, Errc code) {
    const auto answer = join(m, by);
    REQUIRE(!answer);
    CHECK_MESSAGE(answer.error().code == code, to_string(answer.error()));
  }
  void boot() {
    own_transition = std::make_unique<FakeNode>(office, code().activation + "-transition",
                                                Role::transition, script, transition_keys);
    own_worker = std::make_unique<FakeNode>(office, code().activation + "-worker", Role::worker,
                                            script, worker_keys);
  }
};

}  // namespace

TEST_CASE("a machine's nodes join with its code and do the work of its job alone") {
  RentingCrew crew;
  CHECK(crew.code().server_key == crew.office.keys.public_key);
  const auto joined = crew.join(crew.request(), crew.transition_keys);
  REQUIRE_MESSAGE(joined, (joined ? "" : to_string(joined.error())));
  CHECK(joined->cluster_file.find("advertise = \"203.0.113.9\"") != std::string::npos);
  crew.boot();
  REQUIRE(crew.becomes(crew.job, "Finished"));
  const auto token = crew.code().activation;
  crew.script->with([&](Script& s) {
    CHECK(s.machines.at(0).wish.type == "ecs.n1.small");
    REQUIRE(!s.exports.empty());
    CHECK(s.exports.front().first == token + "-worker");
    CHECK(s.released.empty());  // the disks went with the machine
    CHECK(s.parts.size() > 0);
    CHECK(s.released_machines.size() == 1);
    return 0;
  });
  const auto nodes = crew.office.ask<NodeList>(crew.office.nodes, ListNodes{});
  REQUIRE(nodes);
  for (const auto& node : nodes->nodes) CHECK(!is_machine_node(node.node));
}

TEST_CASE(
    "where the cloud makes images, a machine has its disks, and our own worker has them made") {
  RentingCrew crew{"native"};
  auto request = crew.request();
  request.disk_prefix = "/dev/disk/by-id/virtio-";
  const auto joined = crew.join(request, crew.transition_keys);
  REQUIRE_MESSAGE(joined, (joined ? "" : to_string(joined.error())));
  CHECK(joined->cluster_file.find("/dev/disk/by-id/virtio-1") != std::string::npos);
  crew.boot();
  REQUIRE(crew.becomes(crew.job, "Finished"));
  crew.script->with([&](Script& s) {
    CHECK(s.machines.at(0).disks_gib == std::vector<std::uint32_t>{30, 20});
    REQUIRE(!s.exports.empty());
    const auto& [worker, asked] = s.exports.front();
    CHECK(!is_machine_node(worker));
    for (const auto& disk : asked.disks) {
      CHECK(disk.cloud_disk == "d-" + std::to_string(disk.index));
    }
    // What the cloud has made goes before all else of the export.
    const auto native = std::ranges::find_if(
        s.parts, [](const std::string& part) { return part.ends_with("/native"); });
    REQUIRE(native != s.parts.end());
    CHECK(std::ranges::none_of(s.parts.begin(), native,
                               [](const std::string& part) { return part.starts_with("e-"); }));
    return 0;
  });
}

TEST_CASE("disks that the cloud can't make an image of are refused before a machine is rented") {
  RentingCrew crew{"native", 501 * limits::gib};
  REQUIRE(crew.becomes(crew.job, "InError"));
  const auto job = crew.office.job(crew.job);
  CHECK(job->error_code == static_cast<std::uint16_t>(Errc::limit_exceeded));
  CHECK(job->error.find("500") != std::string::npos);
  CHECK(crew.script->with([](Script& s) { return s.machines.size(); }) == 0);
}

TEST_CASE("a machine's code lets in one pair of keys, however often they ask") {
  RentingCrew crew;
  const auto first = crew.join(crew.request(), crew.transition_keys);
  REQUIRE(first);
  const auto again = crew.join(crew.request(), crew.transition_keys);
  REQUIRE(again);
  CHECK(again->cluster_file == first->cluster_file);
  // Of the others' events there are more by now: the job goes on as soon as the first is told.
  CHECK(std::ranges::count(crew.office.events(crew.job), MachineEnrolled::wire_name,
                           &EventView::type) == 1);
  const auto thief = make_key_pair();
  auto stolen = crew.request();
  stolen.transition_key = thief.public_key;
  crew.check_refused(stolen, thief, Errc::code_used_up);
}

TEST_CASE("who asks to join for a machine with wrong words is not let in") {
  RentingCrew crew;
  const auto& keys = crew.transition_keys;
  auto wrong = crew.request();
  wrong.secret.back() ^= 1;
  crew.check_refused(wrong, keys, Errc::code_unknown);
  wrong = crew.request();
  wrong.token = "vm-nobody";
  crew.check_refused(wrong, keys, Errc::code_unknown);
  crew.check_refused(crew.request(), make_key_pair(), Errc::not_enrolled);
  wrong = crew.request();
  wrong.worker_key = keys.public_key;
  crew.check_refused(wrong, keys, Errc::key_unreadable);
  wrong = crew.request();
  wrong.listen = "*:1\"\nrole = \"controller";
  crew.check_refused(wrong, keys, Errc::invalid_argument);
  wrong = crew.request();
  wrong.protocol = 0;
  crew.check_refused(wrong, keys, Errc::protocol_version);
  CHECK(crew.join(crew.request(), keys));
}

TEST_CASE("a machine that doesn't join in time fails its job, which goes on once it has") {
  RentingCrew crew;
  crew.pass(limits::machine_join_patience + 1min);
  REQUIRE(crew.becomes(crew.job, "InError"));
  CHECK(crew.office.job(crew.job)->error_code == static_cast<std::uint16_t>(Errc::machine_silent));
  REQUIRE(crew.join(crew.request(), crew.transition_keys));
  crew.boot();
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{crew.job, {}}));
  CHECK(crew.becomes(crew.job, "Finished"));
}

TEST_CASE("a controller that starts anew knows the nodes of a machine that had joined") {
  RentingCrew crew;
  REQUIRE(crew.join(crew.request(), crew.transition_keys));
  crew.office.restart();
  // Known by their keys, without anybody who enrols them.
  Hello hello;
  hello.node = crew.code().activation + "-worker";
  hello.role = "worker";
  CHECK(eventually([&] {
    return crew.office.client(crew.worker_keys).ask<Welcome>("nodes", hello).has_value();
  }));
}

TEST_CASE("a canceled job gives its machine back, and nobody joins for it any more") {
  RentingCrew crew;
  const auto late = crew.request();
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, CancelJob{crew.job}));
  REQUIRE(crew.becomes(crew.job, "Deleted"));
  CHECK(crew.script->with([](Script& s) { return s.released_machines.size(); }) == 1);
  crew.check_refused(late, crew.transition_keys, Errc::code_unknown);
}
