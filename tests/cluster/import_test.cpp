// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How servers without an agent become source servers: by the one command, and by Cloud Assistant.
// The archive is the real one, of the programs of this build.
#include <fstream>

#include <doctest/doctest.h>

#include "base/free_port.hpp"
#include "messages/access_key.hpp"
#include "messages/agent_download.hpp"
#include "messages/ecs_import.hpp"
#include "tests/cloud_emulator/own_instance.hpp"
#include "tests/cluster/cluster.hpp"
#include "tests/cluster/emulated_cloud.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

/// A folder with the archive, made once.
const fs::path& downloads() {
  static const TempFolder folder;
  static const bool made = [] {
    const auto done = run({.argv = {FERRY_SOURCE_FOLDER "/scripts/agent-archive",
                                    FERRY_PROGRAM_FOLDER, folder.path().string()},
                           .timeout = 120s});
    REQUIRE(done);
    REQUIRE_MESSAGE(done->exit_code == 0, done->err);
    return true;
  }();
  (void)made;
  return folder.path();
}

/// The table of the cluster file for a console with downloads.
std::string console_table(std::uint16_t port) {
  return "[console]\nlisten = \"127.0.0.1:" + std::to_string(port) +
         "\"\ntls = \"on\"\nagent_downloads = \"" + downloads().string() + "\"\n";
}

/// What a server has of its own, in a mount namespace that it does not share. A root that is no
/// mount point, as after a chroot, can't be made private, and need not where nothing is shared.
const std::string own_folders =
    "{ mount --make-rprivate / 2>/dev/null || ! grep -q ' shared:' /proc/self/mountinfo; } && "
    "for place in /opt /usr/local/bin /var/lib /etc/systemd/system; do "
    "mount -t tmpfs none $place; done";

std::vector<SourceView> online(const Cluster& cluster) {
  auto sources = from_json<SourceList>(cluster.must({"source", "list"})).sources;
  std::erase_if(sources, [](const SourceView& one) { return one.state != "Available"; });
  return sources;
}

void end_agents(const std::string& disk) {
  (void)run({.argv = {"pkill", "--full", "--", "--disk " + disk}});
}

/// A server's disk, and what registers it with that.
struct NewServer {
  TempFolder folder;
  std::string disk = (folder.path() / "system.raw").string();

  NewServer() { make_server_disk(disk, 16 * mib, mib); }
  ~NewServer() { end_agents(disk); }
  [[nodiscard]] CommandOutput run_there(const std::string& command) const {
    const auto all =
        own_folders + " && export EDGEFERRY_REGISTER='--disk " + disk + "' && exec sh -c \"$0\"";
    auto output =
        run({.argv = {"unshare", "--mount", "--propagation", "unchanged", "sh", "-c", all, command},
             .timeout = 120s});
    REQUIRE(output);
    return *output;
  }
};

}  // namespace

TEST_CASE(
    "the command that the API tells downloads, installs and registers, and the server is there") {
  const auto port = free_port();
  Cluster cluster{{.with_source = false, .more = console_table(port)}};
  const auto key =
      from_json<AccessKeyCreated>(cluster.must({"accesskey", "create", "--role", "operator"}));
  const auto code = from_json<ActivationCreated>(cluster.must({"activation", "create"})).code;
  const auto told =
      run({.argv = {"curl", "-ksS", "-H", "Authorization: Bearer " + key.id + "." + key.secret,
                    "-H", "Content-Type: application/json", "-d", "{\"code\":\"" + code + "\"}",
                    "https://127.0.0.1:" + std::to_string(port) + "/api/v1/install-command"}});
  REQUIRE(told);
  const auto command = from_json<InstallCommand>(told->out);
  CHECK(command.curl.find("--pinnedpubkey") != std::string::npos);
  const NewServer server;
  const auto done = server.run_there(command.curl);
  INFO(done.err);
  REQUIRE(done.exit_code == 0);
  const std::string said = "Import Source Server [";
  const auto at = done.out.find(said);
  REQUIRE(at != std::string::npos);
  const auto id = done.out.substr(at + said.size(), done.out.find(']', at) - at - said.size());
  CHECK(eventually([&] {
    const auto sources = online(cluster);
    return sources.size() == 1 && sources[0].id == id;
  }));
  // A code that lets nobody in is told in the agent's words.
  const auto list = from_json<ActivationList>(cluster.must({"activation", "list"}));
  (void)cluster.must({"activation", "disable", list.activations.at(0).id});
  const NewServer other;
  const auto refused = other.run_there(command.wget);
  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("FERRY-5024") != std::string::npos);
}

TEST_CASE("instances of ECS are imported by Cloud Assistant, and failed ones say why") {
  const auto port = free_port();
  EmulatedCloud cloud{{.machines = true, .more = console_table(port)}};
  end_agents(cloud.disk.string());  // of the cluster itself
  const NewServer server;
  const auto boot = cloud.folder.path() / "boot-machine";
  REQUIRE(run_ok({.argv = {"sed", "-i", "2i export EDGEFERRY_REGISTER='--disk " + server.disk + "'",
                           boot.string()}}));
  std::string good;
  std::string stopped;
  {
    const std::lock_guard lock{cloud.world.mutex};
    const auto make = [&] {
      const auto id = emulator::own_instance(cloud.world, "cn-beijing",
                                             emulator::free_address(cloud.world, {}));
      std::ofstream{cloud.world.folder_of(emulator::kind::instance, id) / "user-data"}
          << own_folders << "\nexec sleep infinity\n";
      return id;
    };
    good = make();
    stopped = make();
    (*cloud.world.find(emulator::kind::instance, stopped))["Status"] = "Stopped";
  }
  auto& cluster = *cloud.cluster;
  const auto listed =
      from_json<EcsInstanceList>(cluster.must({"source", "ecs-instances", "--search", "SHOP"}));
  REQUIRE(listed.instances.size() == 2);
  for (const auto& one : listed.instances) {
    CHECK(one.obstacle.empty() == (one.id == good));
  }
  const auto output = cluster.cli({"source", "import-ecs", good, stopped, "--tag", "tier=web",
                                   "--client-token", "once", "--wait"});
  CHECK(output.exit_code == 1);  // not all
  const auto made = from_json<EcsImportView>(output.out);
  CHECK(made.state == "done");
  REQUIRE(made.items.size() == 2);
  std::string source;
  for (const auto& item : made.items) {
    CAPTURE(item.error);
    CAPTURE(item.output);
    CHECK(item.state == (item.instance == good ? "imported" : "failed"));
    if (item.instance == good) source = item.source;
    if (item.instance == stopped) CHECK(item.error.find("must be Running") != std::string::npos);
  }
  const auto shown = from_json<SourceList>(cluster.must({"source", "show", source})).sources.at(0);
  CHECK(shown.state == "Available");
  CHECK(shown.tags == std::vector<Tag>{{"tier", "web"}});
  // One command, whoever asked for it how often.
  CHECK(cloud.all(emulator::kind::invocation).size() == 1);
  const auto again = from_json<EcsImportView>(
      cluster.must({"source", "import-ecs", good, stopped, "--client-token", "once"}));
  CHECK(again.id == made.id);
  for (const auto& code :
       from_json<ActivationList>(cluster.must({"activation", "list"})).activations) {
    if (code.id == made.activation) CHECK(code.status == "disabled");
  }
}
