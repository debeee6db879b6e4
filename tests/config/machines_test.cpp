// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "config/cluster_config.hpp"
#include "config/machine_config.hpp"

using namespace ferry;

namespace {

const std::string cloud =
    "[cluster]\nname = 'x'\n"
    "[bucket]\nkind = 'oss'\nbucket = 'images'\nregion = 'cn-beijing'\n"
    "[registry]\nkind = 'ens'\n"
    "[[node]]\nname = 'c'\nrole = 'controller'\nlisten = 'tcp://*:7443'\nadvertise = 'ferry-1'\n"
    "[[node]]\nname = 'w'\nrole = 'worker'\n";

/// What is wrong with such a file and these keys of [machines].
std::string machines_mistake(const std::string& file, const std::string& keys) {
  const auto config =
      parse_config(file + "[machines]\nkind = 'ecs'\nregion = 'cn-beijing'\n" + keys, "c.toml");
  if (config) return "none";
  return config.error().size() == 1 ? config.error()[0].error.what : "several";
}

}  // namespace

TEST_CASE("a cluster that rents machines says from whom, and what they boot") {
  CHECK(machines_mistake(cloud, "image = 'm-1'\n") == "none");
  CHECK(machines_mistake(cloud, "") == "image is missing in [machines] of kind ecs");
  CHECK(machines_mistake(cloud, "image = 'm-1'\nadmit = '10.0.0.0'\n") ==
        "admit is '10.0.0.0' and no block of IPv4 addresses");
  CHECK(machines_mistake(cloud, "image = 'm-1'\nadmit = '10.0.0.0/33'\n") ==
        "admit is '10.0.0.0/33' and no block of IPv4 addresses");
  CHECK(machines_mistake(cloud, "image = 'm-1'\nnetwork = 'private'\n") ==
        "source servers can't reach a machine within a VPC of its own from outside");
  CHECK(machines_mistake(cloud, "image = 'm-1'\nnetwork = 'private'\nvswitch = 'vsw-1'\n") ==
        "none");
}

TEST_CASE("machines need a bucket and a registry that outlive them, and somebody who rents them") {
  const auto without = [](const std::string& words, const std::string& instead = {}) {
    auto file = cloud;
    file.replace(file.find(words), words.size(), instead);
    return machines_mistake(file, "image = 'm-1'\n");
  };
  CHECK(without("[registry]\nkind = 'ens'\n") ==
        "a rented machine takes along what it keeps, and the registry is a folder");
  CHECK(without("[[node]]\nname = 'w'\nrole = 'worker'\n") ==
        "no [[node]] has the role worker, which rents machines");
  CHECK(without("name = 'w'", "name = 'vm-1-worker'") ==
        "node names that begin with vm- are those of rented machines");
}

TEST_CASE("the cloud makes images of rented machines only, and into a bucket beside them") {
  const std::string native = "[image]\npath = 'native'\n";
  CHECK(machines_mistake(cloud, "image = 'm-1'\n" + native) == "none");
  const auto none = parse_config(cloud + native, "c.toml");
  REQUIRE(!none);
  CHECK(none.error()[0].error.what ==
        "ECS makes images of machines that jobs rent, and here they rent none");
  auto elsewhere = cloud;
  elsewhere.replace(elsewhere.find("region = 'cn-beijing'"), 21, "region = 'cn-shanghai'");
  CHECK(machines_mistake(elsewhere, "image = 'm-1'\n" + native) ==
        "ECS exports images into buckets of their own region: machines are in cn-beijing, and the "
        "bucket is in cn-shanghai");
}

TEST_CASE("a machine with disks for target disks has them in its cluster file") {
  const auto config =
      parse_config(cloud + "[machines]\nkind = 'ecs'\nregion = 'cn-beijing'\nimage = 'm-1'\n" +
                       "[image]\npath = 'native'\n",
                   "c");
  REQUIRE_MESSAGE(config, to_string(config.error().at(0)));
  const std::vector<std::string> disks{"/dev/disk/by-id/virtio-1", "/dev/disk/by-id/virtio-2"};
  const auto text = effective_toml(machine_config(*config, {"vm-7", "203.0.113.9", "*", disks}));
  const auto machine = parse_config(text, "/var/lib/edgeferry/cluster.toml");
  REQUIRE_MESSAGE(machine, to_string(machine.error().at(0)));
  CHECK(find_node(*machine, "vm-7-transition")->disks == disks);
}

TEST_CASE("a machine's cluster file has its own two nodes, and its controller elsewhere") {
  const auto config =
      parse_config(cloud + "[machines]\nkind = 'ecs'\nregion = 'cn-beijing'\nimage = 'm-1'\n", "c");
  REQUIRE(config);
  const auto text = effective_toml(machine_config(*config, {"vm-7", "203.0.113.9", "*"}));
  const auto machine = parse_config(text, "/var/lib/edgeferry/cluster.toml");
  REQUIRE_MESSAGE(machine, to_string(machine.error().at(0)));
  CHECK(machine->state == "/var/lib/edgeferry");
  CHECK(machine->machines.kind == "none");
  CHECK(controller_endpoint(*machine) == "tcp://ferry-1:7443");
  CHECK(!runs_here(controller_of(*machine)));
  const auto* transition = find_node(*machine, "vm-7-transition");
  REQUIRE(transition != nullptr);
  CHECK(transition->control == "tcp://*:8080");  // F13
  CHECK(transition->data == "tcp://*:8703");
  CHECK(transition->advertise == "203.0.113.9");
  CHECK(runs_here(*transition));
  CHECK(find_node(*machine, "vm-7-worker") != nullptr);
  CHECK(find_node(*machine, "w") == nullptr);
}

TEST_CASE("a machine with a role has its keys from there, wherever those of its cluster are") {
  const std::string machines =
      "[machines]\nkind = 'ecs'\nregion = 'cn-beijing'\nimage = 'm-1'\nrole = 'machine'\n";
  const auto credentials_of = [&](const std::string& more) {
    const auto config = parse_config(cloud + machines + more, "c");
    REQUIRE(config);
    const auto text = effective_toml(machine_config(*config, {"vm-7", "203.0.113.9", "*"}));
    const auto machine = parse_config(text, "/var/lib/edgeferry/cluster.toml");
    REQUIRE_MESSAGE(machine, to_string(machine.error().at(0)));
    return machine->credentials;
  };
  const CredentialsConfig wanted{"instance", {}, {}, "machine", "http://100.100.100.200"};
  CHECK(credentials_of("") == wanted);
  CHECK(credentials_of("[credentials]\nsource = 'profile'\nfile = '/root/keys'\n") == wanted);
  const auto own = credentials_of(
      "[credentials]\nsource = 'instance'\nrole = 'controller'\n"
      "metadata = 'http://127.0.0.1:8000'\n");
  CHECK(own.role == "machine");
  CHECK(own.metadata == "http://127.0.0.1:8000");
}
