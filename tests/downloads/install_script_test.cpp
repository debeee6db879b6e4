// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The command and its script as the shells of servers run them, with an archive whose agent writes
// down what it is called with. A real one is installed by tests/cluster.
#include "downloads/agent_downloads.hpp"
#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr auto code = "efc1-Q0ffee_-x";

/// A folder of downloads that curl reaches without a server, and a namespace in which /opt is
/// empty.
struct Server {
  TempFolder folder;
  std::string downloads = folder / "downloads";
  std::string name = "edgeferry-agent-9.9.9-linux-" + sh("uname -m");
  DownloadPlace place{"file://" + downloads, "", "tcp://ferry.example.com:7443"};
  AgentDownloads offered{downloads, place};

  Server() {
    const auto bundle = folder / name;
    sh("mkdir -p " + downloads + " " + bundle + " " + folder / "bin" + " " + folder / "tmp");
    sh("cat >" + bundle + R"(/install.sh <<'END'
#!/bin/sh
mkdir -p /opt/edgeferry-agent/current
cp "$(dirname "$0")/agent" /opt/edgeferry-agent/current/edgeferry-agent
END
cat >)" +
       bundle + R"(/agent <<'END'
#!/bin/sh
[ "$1" = register ] || exit 0
echo "$*" >"$REPORT/words"
cat >"$REPORT/input"
echo 'Import Source Server [s-1] Successfully!'
END
chmod +x )" +
       bundle + "/install.sh " + bundle + "/agent");
    pack();
  }

  void pack() const {
    sh("tar -C " + folder.path.string() + " -czf " + downloads + "/" + name + ".tar.gz " + name);
    publish();
  }
  void publish() const { std::ofstream{downloads + "/install.sh"} << *offered.script(); }
  /// A program that hides the one of this name.
  void hide(const std::string& program, const std::string& text) const {
    const auto file = folder / ("bin/" + program);
    std::ofstream{file} << "#!/bin/sh\n" << text << '\n';
    sh("chmod +x " + file);
  }
  [[nodiscard]] CommandOutput run_in(const std::string& shell, const std::string& line,
                                     const std::string& before = "") const {
    // A root that is no mount point, as after a chroot, can't be made private.
    const auto all =
        "{ mount --make-rprivate / 2>/dev/null || "
        "! grep -q ' shared:' /proc/self/mountinfo; } && "
        "mount -t tmpfs none /opt && export REPORT=" +
        folder.path.string() + " TMPDIR=" + folder / "tmp" + " PATH=" + folder / "bin" +
        ":\"$PATH\" && " + before + "exec " + shell + " -c \"$0\"";
    const auto output =
        run({.argv = {"unshare", "--mount", "--propagation", "unchanged", "sh", "-c", all, line}});
    REQUIRE(output);
    return *output;
  }
  /// What it says when it has to fail.
  [[nodiscard]] std::string refusal(const std::string& before = "") const {
    const auto output = run_in("sh", offered.command(code)->curl, before);
    CHECK(output.exit_code != 0);
    CHECK(output.out.find("Successfully") == std::string::npos);
    return output.err;
  }
  [[nodiscard]] std::string report(const std::string& file) const {
    return sh("cat " + folder / file);
  }
};

bool says(const std::string& text, const std::string& part) {
  if (text.find(part) == std::string::npos) MESSAGE(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "the command installs and registers in every usual shell, and tells the code to no list") {
  const Server server;
  const auto command = server.offered.command(code);
  REQUIRE(command);
  for (const std::string shell : {"sh", "dash", "bash", "busybox sh"}) {
    CAPTURE(shell);
    sh("rm -f " + server.folder / "words" + " " + server.folder / "input");
    const auto output = server.run_in(shell, command->curl);
    CHECK_MESSAGE(output.exit_code == 0, output.err);
    CHECK(output.out == "Import Source Server [s-1] Successfully!\n");
    CHECK(server.report("input") == code);
    const auto words = server.report("words");
    CHECK(words.find("--controller tcp://ferry.example.com:7443 --code-file -") !=
          std::string::npos);
    CHECK(words.find(code) == std::string::npos);
    CHECK(sh("ls " + server.folder / "tmp").empty());
  }
}

TEST_CASE(
    "root needs no sudo, and through sudo come the words that register has, and no variable") {
  const Server server;
  const auto line = "export EDGEFERRY_REGISTER='--disk /dev/vdb' && ";
  const auto command = server.offered.command(code)->curl;
  server.hide("sudo", "exit 9");
  CHECK(server.run_in("sh", command, line).exit_code == 0);
  CHECK(server.report("words").ends_with(" --disk /dev/vdb"));
  sh("rm " + server.folder / "words");
  server.hide("id", "echo ${ROOT-1000}");
  server.hide("sudo", "exec env -i ROOT=0 PATH=\"$PATH\" REPORT=\"$REPORT\" \"$@\"");
  CHECK(server.run_in("sh", command, line).exit_code == 0);
  CHECK(server.report("words").ends_with(" --disk /dev/vdb"));
}

TEST_CASE("the script itself runs in the shell of busybox") {
  const Server server;
  const auto output = server.run_in(
      "sh", "echo " + std::string{code} + " | busybox sh " + server.downloads + "/install.sh");
  CHECK_MESSAGE(output.exit_code == 0, output.err);
  CHECK(output.out == "Import Source Server [s-1] Successfully!\n");
}

TEST_CASE("the command is one line, and has nothing but its parts in it") {
  const Server server;
  AgentDownloads pinned{server.downloads,
                        {"https://ferry.example.com:7444/agent", "PIN/+=", "tcp://x:1"}};
  const auto command = pinned.command(code);
  REQUIRE(command);
  for (const auto& line : {command->curl, command->wget}) {
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find("https://ferry.example.com:7444/agent/install.sh") != std::string::npos);
    CHECK(line.find(command->script_sha256) != std::string::npos);
    CHECK(run({.argv = {"dash", "-n", "-c", line}})->exit_code == 0);
  }
  CHECK(command->curl.find("--pinnedpubkey 'sha256//PIN/+='") != std::string::npos);
  CHECK(pinned.command("")->curl.find("echo CODE |") != std::string::npos);
  for (const std::string bad : {"a b", "$(id)", "a'b", "a;b", "a\nb"}) {
    CAPTURE(bad);
    const auto refused = pinned.command(bad);
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::invalid_argument);
  }
}

TEST_CASE("a script that is not the one of the command is not run") {
  const Server server;
  std::ofstream{server.downloads + "/install.sh", std::ios::app} << "touch $REPORT/ran\n";
  CHECK(says(server.refusal(), "copy the command anew"));
  CHECK_FALSE(std::filesystem::exists(server.folder / "ran"));
}

TEST_CASE("an archive that is not the one of the script is not unpacked") {
  const Server server;
  std::ofstream{server.downloads + "/" + server.name + ".tar.gz", std::ios::app} << "more";
  const auto line = "echo " + std::string{code} + " | sh " + server.downloads + "/install.sh";
  const auto output = server.run_in("sh", line);
  CHECK(output.exit_code == 1);
  CHECK(says(output.err, "the download is damaged: SHA-256 is "));
  CHECK_FALSE(std::filesystem::exists(server.folder / "words"));
}

TEST_CASE("what stands against an installation is said with the next step") {
  const Server server;
  SUBCASE("another architecture") {
    server.hide("uname", "case $1 in -m) echo riscv64;; *) exec /usr/bin/uname \"$@\";; esac");
    CHECK(says(server.refusal(), "this is a riscv64, and the controller has agents for: "));
  }
  SUBCASE("another system") {
    server.hide("uname", "echo FreeBSD");
    CHECK(says(server.refusal(), "this is FreeBSD; the agent is for Linux"));
  }
  SUBCASE("no root") {
    const auto output = run({.argv = {"setpriv", "--reuid=65534", "--clear-groups", "sh",
                                      server.downloads + "/install.sh"}});
    REQUIRE(output);
    CHECK(output->exit_code == 1);
  }
  SUBCASE("a user who is not root") {
    server.hide("id", "echo 1000");
    server.hide("sudo", "exec \"$@\"");
    CHECK(says(server.refusal(), "needs root, to read this server's disks"));
  }
  SUBCASE("no space") {
    server.hide("df", "echo head; echo 'x 1 1 0 100% /'");
    CHECK(says(server.refusal(), "no space: "));
  }
  SUBCASE("no code") {
    const auto output = server.run_in("sh", "echo | sh " + server.downloads + "/install.sh");
    CHECK(says(output.err, "no activation code on standard input"));
  }
  SUBCASE("a controller that can't be reached") {
    sh("rm " + server.downloads + "/" + server.name + ".tar.gz");
    const auto output = server.run_in(
        "sh", "echo " + std::string{code} + " | sh " + server.downloads + "/install.sh");
    CHECK(says(output.err, "is the controller reached from here?"));
  }
}

TEST_CASE("an installer and an agent that fail are told in their own words") {
  const Server server;
  SUBCASE("the installer") {
    sh("echo 'echo this kernel is too old >&2; exit 1' >" + server.folder / server.name +
       "/install.sh");
    server.pack();
    const auto said = server.refusal();
    CHECK(says(said, "this kernel is too old"));
    CHECK(says(said, "the agent can't be installed"));
  }
  SUBCASE("the agent") {
    sh("printf '#!/bin/sh\\n[ \"$1\" = register ] || exit 0\\n"
       "echo FERRY-5022 expired >&2\\nexit 1\\n' >" +
       server.folder / server.name + "/agent");
    server.pack();
    const auto said = server.refusal();
    CHECK(says(said, "FERRY-5022 expired"));
    CHECK(says(said, "this server is not registered"));
  }
}
