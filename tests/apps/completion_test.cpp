// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What shells offer: real ones, where they are installed; bash always is.
#include "apps/completion.hpp"

#include <doctest/doctest.h>

#include "tests/apps/programs.hpp"
#include "tests/tmux.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A folder with the scripts, and this build's programs in PATH.
struct Scripts {
  TempFolder folder;
  Scripts() {
    for (const auto* shell : {"bash", "zsh", "fish"}) {
      sh(program("edgeferry") + " completion " + shell + " > " +
         (folder / (shell == std::string{"zsh"} ? "_edgeferry" : shell)));
    }
    sh("touch " + (folder / "only-file.toml"));
  }
  static std::string path() {
    return "PATH=" + std::string{FERRY_PROGRAM_FOLDER} + ":/usr/bin:/bin";
  }
};

}  // namespace

TEST_CASE("commands, options, choices and arguments are offered where they may stand") {
  CHECK(candidates("edgeferry", {"jo"}) == std::vector<std::string>{"job"});
  CHECK(candidates("edgeferry", {"job", "cr"}) == std::vector<std::string>{"create"});
  CHECK(candidates("edgeferry", {"accesskey", "create", "--role", "v"}) ==
        std::vector<std::string>{"viewer"});
  CHECK(candidates("edgeferry", {"accesskey", "create", "--role=v"}) ==
        std::vector<std::string>{"--role=viewer"});
  CHECK(candidates("edgeferry", {"completion", ""}) ==
        std::vector<std::string>{"bash", "zsh", "fish"});
  // Options of all commands may stand behind each.
  const auto options = candidates("edgeferry", {"job", "list", "--"});
  CHECK(has(options, "--status"));
  CHECK(has(options, "--json"));
  CHECK(has(options, "--help"));
  CHECK_FALSE(has(options, "--bandwidth"));
  CHECK(has(candidates("edgeferry-agent", {"register", "--"}), "--code-file"));
  // A value is no command, and behind "--" there are no options.
  CHECK(candidates("edgeferry", {"--config", "job", "l"}).empty());
  CHECK(candidates("edgeferry", {"job", "show", "--", "--"}).empty());
  // What is hidden stays so.
  CHECK_FALSE(has(candidates("edgeferry-agent", {""}), "manual"));
}

TEST_CASE("names of files and folders are left to the shell") {
  CHECK(call("edgeferry", {"__complete", "--config", ""}).out == ":file\n");
  CHECK(call("edgeferry", {"__complete", "config", "check", ""}).out == ":file\n");
  CHECK(call("edgeferry", {"__complete", "image", "fixups", "--root", ""}).out == ":folder\n");
  CHECK(call("edgeferry", {"__complete", "accesskey", "create", "--name", ""}).out == ":none\n");
}

TEST_CASE("names that users gave can't forge a candidate") {
  CommandTree tree;
  tree.path = {"p"};
  auto& id = tree.options.emplace_back();
  id.place = "id";
  id.value = "JOB";
  const auto text = complete(tree, {""}, [](const std::string& kind, const std::string&) {
    REQUIRE(kind == "JOB");
    return std::vector<Candidate>{{"j-1", "a\n:file\tb\x1b[2J"}};
  });
  CHECK(text == "j-1\ta\\x0a:file\\x09b\\x1b[2J\n:none\n");
}

TEST_CASE("bash completes words with the Tab key") {
  const Scripts scripts;
  const Tmux bash{{"bash", "--norc", "--noprofile", "-i"}, {Scripts::path(), "PS1=> "}};
  bash.type("cd " + scripts.folder.path.string() + "; . ./bash; clear");
  bash.key("Enter");
  bash.type("edgeferry job certif");
  bash.key("Tab");
  CHECK(bash.shows("> edgeferry job certificate"));
  bash.key("C-u");
  bash.type("edgeferry job list --sta");
  bash.key("Tab");
  CHECK(bash.shows("> edgeferry job list --status"));
  bash.type("InEr");
  bash.key("Tab");
  CHECK(bash.shows("> edgeferry job list --status InError"));
  bash.key("C-u");
  bash.type("edgeferry job list --status=Fin");
  bash.key("Tab");
  CHECK(bash.shows("> edgeferry job list --status=Finished"));
  bash.key("C-u");
  bash.type("edgeferry --config only");
  bash.key("Tab");
  CHECK(bash.shows("> edgeferry --config only-file.toml"));
}

TEST_CASE("zsh completes words with the Tab key") {
  if (!is_installed("zsh")) return;
  const Scripts scripts;
  const Tmux zsh{{"zsh", "-f", "-i"}, {Scripts::path(), "PS1=> "}, 100, 30};
  zsh.type("cd " + scripts.folder.path.string() +
           "; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; clear");
  zsh.key("Enter");
  zsh.type("edgeferry job certif");
  zsh.key("Tab");
  CHECK(zsh.shows("> edgeferry job certificate"));
  zsh.key("C-u");
  zsh.type("edgeferry accesskey create --role vi");
  zsh.key("Tab");
  CHECK(zsh.shows("--role viewer"));
  zsh.key("C-u");
  zsh.type("edgeferry --config only");
  zsh.key("Tab");
  CHECK(zsh.shows("> edgeferry --config only-file.toml"));
  zsh.key("C-u");
  // Several are shown with what they do.
  zsh.type("edgeferry job re");
  zsh.key("Tab");
  CHECK(zsh.shows("resume  -- Go on with a paused job"));
}

TEST_CASE("fish completes words, and tells what they do") {
  if (!is_installed("fish")) return;
  const Scripts scripts;
  const auto offered = [&](const std::string& line) {
    const auto output =
        run_ok({.argv = {"env", Scripts::path(), "HOME=" + scripts.folder.path.string(), "fish",
                         "--no-config", "-c",
                         "source " + (scripts.folder / "fish") + "; cd " +
                             scripts.folder.path.string() + "; complete -C '" + line + "'"}});
    if (!output) FAIL(to_string(output.error()));
    return *output;
  };
  CHECK(offered("edgeferry job certif") ==
        "certificate\tShow what a job has proven of its newest image, signed\n");
  CHECK(offered("edgeferry job list --status InEr") == "InError\n");
  CHECK(offered("edgeferry --config only").find("only-file.toml") == 0);
}
