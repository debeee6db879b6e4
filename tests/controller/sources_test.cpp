// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Registration over a real link, and what the controller says of its source servers.
#include "actors/controller/sources.hpp"

#include <doctest/doctest.h>

#include "base/version.hpp"
#include "tests/controller/office.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A server that wants to register.
struct Newcomer {
  KeyPair keys = make_key_pair();
  Client client;
  explicit Newcomer(Office& office) : client(office.client(keys)) {}

  static RegisterSource request(const ActivationCode& code, const std::string& key) {
    return {code.activation, code.secret, key, protocol_version, small_server()};
  }
  Result<SourceRegistered> enter(const ActivationCode& code) {
    return client.ask<SourceRegistered>("sources", request(code, keys.public_key));
  }
};

ActivationCode new_code(Office& office, std::uint32_t quota, std::string* id = nullptr) {
  const auto made =
      office.ask<ActivationCreated>(office.sources, CreateActivation{"lab", quota, 1});
  REQUIRE(made);
  if (id != nullptr) *id = made->id;
  const auto code = parse_activation_code(made->code);
  REQUIRE(code);
  CHECK(code->server_key == office.keys.public_key);
  return *code;
}

ActivationView view_of(Office& office, const std::string& id) {
  const auto list = office.ask<ActivationList>(office.sources, ListActivations{id});
  REQUIRE(list);
  REQUIRE(list->activations.size() == 1);
  return list->activations.front();
}

}  // namespace

TEST_CASE("a code registers as many servers as its quota, and each key once") {
  Office office;
  office.start();
  std::string id;
  const auto code = new_code(office, 2, &id);
  Newcomer first{office};
  const auto registered = first.enter(code);
  REQUIRE(registered);
  CHECK(view_of(office, id).registered == 1);
  CHECK(view_of(office, id).status == "activated");
  // The key is enrolled now; the same request again is the same server.
  CHECK(first.enter(code)->source == registered->source);
  CHECK(view_of(office, id).registered == 1);
  Newcomer second{office};
  REQUIRE(second.enter(code));
  CHECK(view_of(office, id).status == "used_up");
  Newcomer third{office};
  CHECK(third.enter(code).error().code == Errc::code_used_up);
  CHECK(office.ask<SourceList>(office.sources, ListSources{})->sources.size() == 2);
}

TEST_CASE("nobody can register another's key, a foreign protocol or a server that can't move") {
  Office office;
  office.start();
  const auto code = new_code(office, 5);
  Newcomer thief{office};
  const auto stolen = thief.client.ask<SourceRegistered>(
      "sources", Newcomer::request(code, make_key_pair().public_key));
  CHECK(stolen.error().code == Errc::not_enrolled);
  auto foreign = Newcomer::request(code, thief.keys.public_key);
  foreign.protocol = protocol_version + 1;
  CHECK(thief.client.ask<SourceRegistered>("sources", foreign).error().code ==
        Errc::protocol_version);
  auto crowded = Newcomer::request(code, thief.keys.public_key);
  crowded.inventory.disks.resize(6);
  const auto refused = thief.client.ask<SourceRegistered>("sources", crowded);
  CHECK(refused.error().code == Errc::source_unsupported);
  CHECK(refused.error().what.find("data disks") != std::string::npos);
  auto wrong = code;
  wrong.secret = std::string(24, 'x');
  CHECK(thief.enter(wrong).error().code == Errc::code_unknown);
  CHECK(office.ask<SourceList>(office.sources, ListSources{})->sources.empty());
}

TEST_CASE("a server has the tags and the resource group of the code that it registered with") {
  Office office;
  office.start();
  CreateActivation wish{"lab", 1, 1};
  wish.tags = {{"site", "hangzhou"}, {"owner", "ada"}};
  wish.resource_group = "rg-7";
  const auto made = office.ask<ActivationCreated>(office.sources, wish);
  REQUIRE(made);
  CHECK(view_of(office, made->id).tags == wish.tags);
  CHECK(view_of(office, made->id).resource_group == "rg-7");
  Newcomer newcomer{office};
  const auto registered = newcomer.enter(parse_activation_code(made->code).value());
  REQUIRE(registered);
  const auto shown = office.ask<SourceList>(office.sources, ListSources{registered->source});
  REQUIRE(shown);
  CHECK(shown->sources.at(0).tags == wish.tags);
  CHECK(shown->sources.at(0).resource_group == "rg-7");
}

TEST_CASE("a code with tags or a resource group that no server may have is refused") {
  Office office;
  office.start();
  CreateActivation wish{"lab", 1, 1};
  wish.tags = {{"", "x"}};
  CHECK(office.ask<ActivationCreated>(office.sources, wish).error().code == Errc::invalid_argument);
  wish.tags.assign(limits::tags_max + 1, {});
  for (std::size_t i = 0; i < wish.tags.size(); ++i) wish.tags[i].key = "k" + std::to_string(i);
  CHECK(office.ask<ActivationCreated>(office.sources, wish).error().code == Errc::limit_exceeded);
  wish.tags.clear();
  wish.resource_group = "a\x1b";
  CHECK(office.ask<ActivationCreated>(office.sources, wish).error().code == Errc::invalid_argument);
}

TEST_CASE("a disabled code lets nobody new in, a deleted one is unknown") {
  Office office;
  office.start();
  std::string id;
  const auto code = new_code(office, 5, &id);
  REQUIRE(office.ask<Done>(office.sources, DisableActivation{id}));
  CHECK(view_of(office, id).status == "disabled");
  CHECK(Newcomer{office}.enter(code).error().code == Errc::code_disabled);
  REQUIRE(office.ask<Done>(office.sources, DeleteActivation{id}));
  CHECK(Newcomer{office}.enter(code).error().code == Errc::code_unknown);
  CHECK(office.ask<Done>(office.sources, DeleteActivation{id}).error().code == Errc::not_found);
}

TEST_CASE("quota and days outside their limits are refused with both") {
  Office office;
  office.start();
  const auto refused = [&](std::uint32_t quota, std::uint32_t days) {
    const auto made =
        office.ask<ActivationCreated>(office.sources, CreateActivation{"x", quota, days});
    return made ? std::string{} : made.error().what;
  };
  CHECK(refused(1000, 90).empty());
  CHECK(refused(1, 1).empty());
  CHECK(refused(0, 1).find("quota 0 is not in 1..1000") != std::string::npos);
  CHECK(refused(1001, 1).find("quota 1001") != std::string::npos);
  CHECK(refused(1, 0).find("0 days are not in 1..90") != std::string::npos);
  CHECK(refused(1, 91).find("91 days") != std::string::npos);
}

TEST_CASE("a heartbeat makes a server available, and asks once for its inventory") {
  Office office;
  const auto agent = make_key_pair();
  const auto id = office.add_source(agent.public_key);
  office.start();
  CHECK(office.source(id).state == "Unavailable");
  CHECK(office.source(id).error_code == "SourceServer.Offline");
  auto client = office.client(agent);
  const Hello hello{id, "agent", "n-1", protocol_version, program_version, {}};
  const auto welcome = client.ask<Welcome>("nodes", hello);
  REQUIRE(welcome);
  CHECK(welcome->inventory_wanted);
  CHECK(office.source(id).state == "Available");
  auto inventory = small_server();
  inventory.hostname = "renamed";
  REQUIRE(client.ask<Done>("sources", ReportInventory{id, inventory}));
  CHECK(!client.ask<Welcome>("nodes", hello)->inventory_wanted);
  auto restarted = hello;
  restarted.incarnation = "n-2";
  CHECK(client.ask<Welcome>("nodes", restarted)->inventory_wanted);
  office.restart();
  CHECK(office.source(id).inventory.hostname == "renamed");
}

TEST_CASE("an agent speaks for itself only") {
  Office office;
  const auto agent = make_key_pair();
  const auto mine = office.add_source(agent.public_key);
  const auto other = office.add_source();
  office.start();
  CHECK(office.source(mine).state == "Unavailable");  // from here on the key is known
  auto client = office.client(agent);
  const Hello hello{other, "agent", "n-1", protocol_version, program_version, {}};
  CHECK(client.ask<Welcome>("nodes", hello).error().code == Errc::not_enrolled);
  auto inventory = small_server();
  inventory.hostname = "forged";
  REQUIRE(client.ask<Done>("sources", ReportInventory{other, inventory}));
  CHECK(office.source(other).inventory.hostname == "web-1");
  CHECK(office.source(mine).inventory.hostname == "forged");
  CHECK(client.ask<SourceList>("sources", ListSources{}).error().code == Errc::not_found);
}

TEST_CASE("a server has one unfinished job, which alone can give it back") {
  Office office;
  const auto id = office.add_source();
  office.start();
  REQUIRE(office.ask<JobList>(office.jobs, ListJobs{}));  // it ends claims as it starts
  CHECK(office.ask<SourceState>(office.sources, ClaimSource{id, "j-1"})->view.job == "j-1");
  CHECK(office.ask<SourceState>(office.sources, ClaimSource{id, "j-1"}));
  const auto refused = office.ask<SourceState>(office.sources, ClaimSource{id, "j-2"});
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::source_wrong_state);
  CHECK(refused.error().what.find("InUse") != std::string::npos);
  CHECK(refused.error().fix.find("j-1") != std::string::npos);
  REQUIRE(office.ask<Done>(office.sources, UnclaimSource{id, "j-2"}));
  CHECK(office.source(id).job == "j-1");
  REQUIRE(office.ask<Done>(office.sources, UnclaimSource{id, "j-1"}));
  CHECK(office.ask<SourceState>(office.sources, ClaimSource{id, "j-2"}));
  CHECK(office.ask<SourceState>(office.sources, ClaimSource{"s-none", "j-1"}).error().code ==
        Errc::not_found);
}

TEST_CASE("a server whose actor dies still belongs to its job") {
  Office office;
  const auto id = office.add_source();
  office.start();
  REQUIRE(office.ask<JobList>(office.jobs, ListJobs{}));  // it ends claims as it starts
  REQUIRE(office.ask<SourceState>(office.sources, ClaimSource{id, "j-1"}));
  caf::strong_actor_ptr actor;
  REQUIRE(office.ask<SourceState>(office.sources, GetSource{id}, &actor));
  REQUIRE(actor);
  kill_and_wait(*office.live, caf::actor_cast<caf::actor>(actor));
  const auto second = [&] {
    return office.ask<SourceState>(office.sources, ClaimSource{id, "j-2"}).error().code;
  };
  CHECK(eventually([&] { return second() == Errc::source_wrong_state; }));
  CHECK(office.source(id).job == "j-1");
  REQUIRE(office.ask<Done>(office.sources, UnclaimSource{id, "j-1"}));
  CHECK(office.ask<SourceState>(office.sources, ClaimSource{id, "j-2"}));
}

TEST_CASE(
    "the disks of an image are planned from what the server has, within the cluster's limits") {
  Office office;
  const auto source = office.add_source();
  office.start();
  const auto as_it_is = office.ask<LayoutPlan>(office.sources, PlanLayout{source, {}});
  REQUIRE(as_it_is);
  CHECK(as_it_is->refusals.empty());
  REQUIRE(as_it_is->disks.size() == small_server().disks.size());
  CHECK(as_it_is->disks[0].whole);
  const auto bounds = office.config.limits;
  const auto huge = office.ask<LayoutPlan>(
      office.sources, PlanLayout{source, {{{0, bounds.system_disk_max_bytes + 512, false, {}}}}});
  REQUIRE(huge);
  REQUIRE(huge->refusals.size() == 1);
  CHECK(huge->refusals[0].fix.find("system_disk_min/max") != std::string::npos);
  CHECK(office.ask<LayoutPlan>(office.sources, PlanLayout{"s-none", {}}).error().code ==
        Errc::not_found);
}
