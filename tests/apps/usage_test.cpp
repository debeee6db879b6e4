// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the programs say about words that they don't understand, and by which exit code.
#include "apps/usage.hpp"

#include <doctest/doctest.h>

#include "apps/exit_codes.hpp"
#include "apps/secret_words.hpp"
#include "base/file.hpp"
#include "tests/apps/programs.hpp"
#include "tests/shell.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a misspelt command is told by its name, with the one that was meant") {
  const auto output = call("edgeferry", {"jbo", "list"});
  CHECK(output.exit_code == exit_usage);
  CHECK(output.out.empty());
  CHECK(output.err.find("edgeferry: FERRY-5002 edgeferry has no command 'jbo'") == 0);
  CHECK(output.err.find("Fix: did you mean 'job'?") != std::string::npos);
  const auto below = call("edgeferry", {"job", "crate", "--source", "s-1"});
  CHECK(below.exit_code == exit_usage);
  CHECK(below.err.find("edgeferry job has no command 'crate'") != std::string::npos);
  CHECK(below.err.find("did you mean 'create'?") != std::string::npos);
}

TEST_CASE("a misspelt option is told, also with its value behind '='") {
  const auto output = call("edgeferry", {"job", "create", "--source", "s-1", "--bandwith=5"});
  CHECK(output.exit_code == exit_usage);
  CHECK(output.err.find("has no option '--bandwith=5'") != std::string::npos);
  CHECK(output.err.find("did you mean '--bandwidth'?") != std::string::npos);
  const auto agent = call("edgeferry-agent", {"run", "--dsik", "/dev/sda"});
  CHECK(agent.exit_code == exit_usage);
  CHECK(agent.err.find("edgeferry-agent: ") == 0);
  CHECK(agent.err.find("did you mean '--disk'?") != std::string::npos);
}

TEST_CASE("a word that is near to nothing gets no guess, and a control character is no command") {
  const auto output = call("edgeferry", {"\x1b[2Jfrobnicate"});
  CHECK(output.exit_code == exit_usage);
  CHECK(output.err.find("did you mean") == std::string::npos);
  CHECK(output.err.find('\x1b') == std::string::npos);
  CHECK(output.err.find("--help' tells what there is") != std::string::npos);
  CHECK(nearest("statsu", {"start", "status"}) == "status");
  CHECK(nearest("x", {"start", "status"}).empty());
}

TEST_CASE("what is missing is told with the command that tells more") {
  const auto command = call("edgeferry", {"job"});
  CHECK(command.exit_code == exit_usage);
  CHECK(command.err.find("edgeferry job needs a command") != std::string::npos);
  const auto id = call("edgeferry", {"job", "show"});
  CHECK(id.exit_code == exit_usage);
  CHECK(id.err.find("id is required") != std::string::npos);
  CHECK(id.err.find("'edgeferry job show --help'") != std::string::npos);
}

TEST_CASE("with --json a command line that is not understood is an object, too") {
  const auto output = call("edgeferry", {"--json", "job", "lsit"});
  CHECK(output.exit_code == exit_usage);
  CHECK(output.err.find("{\"error\":\"FERRY-5002\"") == 0);
}

TEST_CASE("a broken cluster file is 78 for every command that reads one, with its mistakes") {
  TempFolder folder;
  const auto file = folder / "edgeferry.toml";
  sh("printf '[cluster]\\nname = 7\\n' > " + file);
  for (const auto* words : {"job list", "watch", "source list", "cluster status", "config check"}) {
    CAPTURE(words);
    auto all = split(words);
    all.insert(all.begin(), {"--config", file});
    const auto output = call("edgeferry", all);
    CHECK(output.exit_code == exit_broken_config);
    CHECK(output.err.find(file + ":2:") != std::string::npos);
    all.insert(all.begin(), "--json");
    const auto json = call("edgeferry", all);
    CHECK(json.exit_code == exit_broken_config);
    CHECK(json.err.find("{\"errors\":[{\"file\":") == 0);
    CHECK(json.err.find("\"line\":2") != std::string::npos);
  }
}

TEST_CASE("a plan of a chaos run that is broken is 78, too") {
  TempFolder folder;
  sh("echo 'faults = 1' > " + (folder / "plan.toml"));
  CHECK(call("edgeferry", {"chaos", "check", folder / "plan.toml"}).exit_code ==
        exit_broken_config);
}

TEST_CASE("a cluster that does not run is a failure, 1, and help is none, 0") {
  TempFolder folder;
  const auto file = source_folder() / "config" / "quickstart.toml";
  sh("sed 's,^state = .*,state = \"" + (folder / "var") + "\",' " + file.string() + " > " +
     (folder / "c.toml"));
  for (const auto* words : {"job list", "cluster status", "cluster down", "source list"}) {
    CAPTURE(words);
    auto all = split(words);
    all.insert(all.begin(), {"--config", folder / "c.toml"});
    const auto output = call("edgeferry", all);
    CHECK(output.exit_code == exit_failed);
    CHECK(output.err.find("FERRY-1012") != std::string::npos);
    CHECK(output.err.find("Fix: ") != std::string::npos);
  }
  CHECK(call("edgeferry", {"--help"}).exit_code == exit_ok);
  CHECK(call("edgeferry", {"--version"}).exit_code == exit_ok);
  CHECK(call("edgeferry", {"job", "create", "--help"}).exit_code == exit_ok);
}

TEST_CASE("the exit codes are those of docs/command-line.md") {
  const auto page = read_file(source_folder() / "docs" / "command-line.md");
  REQUIRE(page);
  const auto table = call("edgeferry", {"reference", "exit-codes"}).out;
  CHECK(table == exit_code_reference());
  CHECK(page->find(table) != std::string::npos);
}

TEST_CASE("every command has an example, whose words it understands") {
  int commands = 0;
  for_commands("edgeferry", [&](const std::vector<std::string>& path) {
    ++commands;
    std::string name = "edgeferry";
    for (const auto& word : path) name += " " + word;
    CAPTURE(name);
    auto ask = path;
    ask.emplace_back("--help");
    const auto help = call("edgeferry", ask).out;
    auto at = help.find("\n" + name);
    CHECK_MESSAGE(at != std::string::npos, "no example");
    for (; at != std::string::npos; at = help.find("\n" + name, at + 1)) {
      auto words = split(help.substr(at + 1, help.find('\n', at + 1) - at - 1));
      words.erase(words.begin());
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i].starts_with("--")) continue;
        const std::vector<std::string> before{words.begin(),
                                              words.begin() + static_cast<long>(i) + 1};
        CHECK_MESSAGE(has(candidates("edgeferry", before), words[i]), words[i]);
      }
    }
  });
  CHECK(commands > 55);
}

TEST_CASE("a code is read from a file or from standard input, and one line of it counts") {
  TempFolder folder;
  const auto state = folder / "state";
  for (const auto& source : {"echo nonsense |", "printf 'nonsense\\nmore\\n' |"}) {
    const auto output =
        run({.argv = {"sh", "-c",
                      std::string{source} + " " + program("edgeferry-agent") + " --state " + state +
                          " register --controller tcp://127.0.0.1:9 --code-file -"}});
    REQUIRE(output);
    CHECK(output->exit_code == exit_failed);
    CHECK(output->err.find("FERRY-5021") != std::string::npos);
  }
  CHECK(call("edgeferry-agent", {"register", "--controller", "tcp://127.0.0.1:9"}).exit_code ==
        exit_usage);
  sh(": > " + (folder / "empty"));
  const auto empty =
      call("edgeferry-agent", {"--state", state, "register", "--controller", "tcp://127.0.0.1:9",
                               "--code-file", folder / "empty"});
  CHECK(empty.exit_code == exit_failed);
  CHECK(empty.err.find("there is no code in") != std::string::npos);
}

TEST_CASE("a code that is an argument is not shown by the list of processes for long") {
  std::string name = "edgeferry-agent", joined = "--code=efc1-abc", apart = "efc1-abc", other = "x";
  std::vector<char*> words{name.data(), joined.data(), apart.data(), other.data()};
  hide_words(static_cast<int>(words.size()), words.data(), "efc1-abc");
  CHECK(joined == "--code=xxxxxxxx");
  CHECK(apart == "xxxxxxxx");
  CHECK(other == "x");
  hide_words(static_cast<int>(words.size()), words.data(), "");
  CHECK(name == "edgeferry-agent");
}
