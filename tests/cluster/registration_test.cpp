// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How a source server gets into a cluster with an activation code, and how it doesn't.
#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "storage/database.hpp"
#include "tests/cluster/background.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

/// A cluster without a source server, and a server that wants to get in.
struct Newcomer {
  TempFolder folder;
  fs::path disk = folder.path() / "system.raw";
  Cluster cluster{{.disks = {}, .with_source = false}};

  Newcomer() { make_server_disk(disk, 16 * mib, mib); }

  [[nodiscard]] ActivationCreated code(const Words& words = {}) const {
    Words create{"activation", "create"};
    create.insert(create.end(), words.begin(), words.end());
    return from_json<ActivationCreated>(cluster.must(create));
  }
  [[nodiscard]] fs::path state(const std::string& name) const { return folder.path() / name; }
  [[nodiscard]] Words agent(const std::string& name, const std::string& code_text) const {
    return {program("edgeferry-agent"),
            "register",
            "--state",
            state(name).string(),
            "--controller",
            cluster.endpoint(),
            "--code",
            code_text,
            "--disk",
            disk.string()};
  }
  /// What a registration that has to fail says.
  [[nodiscard]] std::string refusal(const std::string& name, const std::string& code_text) const {
    const auto output = run({.argv = agent(name, code_text), .timeout = 30s});
    REQUIRE(output.has_value());
    CHECK(output->exit_code == 1);
    CHECK(output->out.empty());
    CHECK(output->err.find("Fix: ") != std::string::npos);
    return output->err;
  }
  [[nodiscard]] std::vector<SourceView> sources() const {
    return from_json<SourceList>(cluster.must({"source", "list"})).sources;
  }
};

bool says(const std::string& text, const std::string& code) {
  return text.find(code + " ") != std::string::npos;
}

}  // namespace

TEST_CASE("registration prints the product's line, and --abort ends the agent") {
  Newcomer server;
  Background agent{server.agent("agent", server.code().code), server.folder.path() / "agent.out"};
  REQUIRE(eventually([&] { return agent.output().ends_with('\n'); }));
  const std::string before = "Import Source Server [";
  const std::string after = "] Successfully!\n";
  const auto line = agent.output();
  REQUIRE_MESSAGE((line.starts_with(before) && line.ends_with(after)), line);
  const auto id = line.substr(before.size(), line.size() - before.size() - after.size());
  const auto available = [&] {
    const auto sources = server.sources();
    return sources.size() == 1 && sources[0].id == id && sources[0].state == "Available";
  };
  CHECK(eventually(available));
  CHECK(server.sources().at(0).inventory.hostname == "source01");

  const Words abort{program("edgeferry-agent"), "--abort", "--state",
                    server.state("agent").string()};
  CHECK(run_ok({.argv = abort}).has_value());
  CHECK(agent.wait() == 0);
  const auto again = run({.argv = abort});
  REQUIRE(again.has_value());
  CHECK(again->exit_code == 1);
  CHECK(says(again->err, "FERRY-1012"));
}

TEST_CASE("an agent in the background goes on after its command, until --abort") {
  Newcomer server;
  auto words = server.agent("agent", server.code().code);
  words.emplace_back("--background");
  const auto output = run({.argv = words, .timeout = 20s});
  const Words abort{program("edgeferry-agent"), "--abort", "--state",
                    server.state("agent").string()};
  REQUIRE(output.has_value());
  CHECK(output->exit_code == 0);
  CHECK(output->out.starts_with("Import Source Server [s-"));
  CHECK(eventually([&] {
    const auto sources = server.sources();
    return sources.size() == 1 && sources[0].state == "Available";
  }));
  CHECK(run_ok({.argv = abort}).has_value());
}

TEST_CASE("a second agent on the same state folder is refused") {
  Newcomer server;
  const auto code = server.code().code;
  Background agent{server.agent("agent", code), server.folder.path() / "agent.out"};
  REQUIRE(eventually([&] { return !agent.output().empty(); }));
  const auto words = server.refusal("agent", code);
  CHECK(says(words, "FERRY-1011"));
  CHECK(words.find(std::to_string(agent.pid())) != std::string::npos);
  CHECK(server.sources().size() == 1);
}

TEST_CASE("codes that are wrong, deleted, disabled, expired or used up let nobody in") {
  Newcomer server;
  CHECK(says(server.refusal("a", "efc1-nonsense"), "FERRY-5021"));
  const auto deleted = server.code();
  server.cluster.must({"activation", "delete", deleted.id});
  CHECK(says(server.refusal("a", deleted.code), "FERRY-5021"));
  const auto disabled = server.code();
  server.cluster.must({"activation", "disable", disabled.id});
  CHECK(says(server.refusal("a", disabled.code), "FERRY-5024"));

  const auto expired = server.code();
  server.cluster.down();
  {
    Database database{server.cluster.state() / "controller.db"};
    Statement change{database, "UPDATE activation SET expires_ms=1000 WHERE id=?"};
    CHECK(change.bind(expired.id).run() == 1);
  }
  server.cluster.up();
  CHECK(says(server.refusal("a", expired.code), "FERRY-5022"));
  CHECK(server.sources().empty());

  const auto once = server.code({"--quota", "1"});
  Background agent{server.agent("a", once.code), server.folder.path() / "agent.out"};
  REQUIRE(eventually([&] { return !agent.output().empty(); }));
  CHECK(says(server.refusal("b", once.code), "FERRY-5023"));
  CHECK(server.sources().size() == 1);
}

TEST_CASE("a code of another cluster does not fit this controller's key") {
  Newcomer server;
  const Newcomer other;
  const auto words = server.refusal("agent", other.code().code);
  CHECK(says(words, "FERRY-6002"));
  CHECK(words.find("key") != std::string::npos);
  CHECK(server.sources().empty());
}

TEST_CASE("an agent that is started before its controller registers once that is there") {
  Newcomer server;
  const auto file = server.folder.path() / "code";
  std::ofstream{file} << server.code().code << '\n';
  server.cluster.down();
  const auto waiting = [&](const fs::path& code_file) {
    return Words{program("edgeferry-agent"),
                 "--state",
                 server.state("agent").string(),
                 "run",
                 "--controller",
                 server.cluster.endpoint(),
                 "--code-file",
                 code_file.string(),
                 "--disk",
                 server.disk.string()};
  };
  {
    Background agent{waiting(file), server.folder.path() / "agent.out"};
    CHECK(eventually([&] { return says(agent.errors(), "FERRY-6002"); }));
    server.cluster.up();
    CHECK(eventually([&] { return agent.output().starts_with("Import Source Server [s-"); }, 60s));
    CHECK(eventually([&] {
      const auto sources = server.sources();
      return sources.size() == 1 && sources[0].state == "Available";
    }));
  }
  // A refusal ends it.
  fs::remove_all(server.state("agent"));
  std::ofstream{file} << "efc1-nonsense\n";
  Background refused{waiting(file), server.folder.path() / "refused.out"};
  CHECK(refused.wait() == 1);
  CHECK(says(refused.errors(), "FERRY-5021"));
}
