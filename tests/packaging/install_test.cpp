// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `cmake --install` into a folder, and the units that it puts there as systemd's reader takes them.
#include <set>

#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// An installation of one component, or of all.
struct Installed {
  TempFolder folder;

  explicit Installed(const std::string& prefix, const std::string& component = "") {
    sh("DESTDIR=" + folder.path.string() +
       " " FERRY_CMAKE " --install " FERRY_BUILD_FOLDER " --prefix " + prefix +
       (component.empty() ? "" : " --component " + component));
  }
  [[nodiscard]] bool has(const std::string& path) const {
    return std::filesystem::exists(folder.path.string() + path);
  }
  [[nodiscard]] std::string text(const std::string& path) const {
    return sh("cat " + folder.path.string() + path);
  }
};

}  // namespace

TEST_CASE("an installation has the programs, their units, documents and examples") {
  const Installed all{"/usr"};
  for (const char* path :
       {"/usr/bin/edgeferry", "/usr/bin/edgeferry-agent",
        "/usr/lib/systemd/system/edgeferry@.service",
        "/usr/lib/systemd/system/edgeferry-controller@.service",
        "/usr/lib/systemd/system/edgeferry-agent.service", "/usr/lib/sysusers.d/edgeferry.conf",
        "/etc/edgeferry", "/etc/edgeferry/freeze-hooks.d", "/etc/default/edgeferry-agent",
        "/usr/share/doc/edgeferry/LICENSE", "/usr/share/doc/edgeferry/docs/errors.md",
        "/usr/share/doc/edgeferry/examples/cluster.toml",
        "/usr/share/doc/edgeferry-agent/README.md"}) {
    CAPTURE(path);
    CHECK(all.has(path));
  }
  CHECK_FALSE(all.has("/usr/bin/edgeferry-sim"));
}

TEST_CASE("the agent alone is installed without anything of a controller") {
  const Installed agent{"/usr", "edgeferry-agent"};
  CHECK(agent.has("/usr/bin/edgeferry-agent"));
  CHECK_FALSE(agent.has("/usr/bin/edgeferry"));
  CHECK_FALSE(agent.has("/usr/lib/systemd/system/edgeferry@.service"));
}

TEST_CASE("units name the programs where they were installed, and systemd takes them") {
  const Installed here{"/opt/ferry"};
  const auto units = here.folder.path.string() + "/opt/ferry/lib/systemd/system/";
  for (const std::string name :
       {"edgeferry@.service", "edgeferry-controller@.service", "edgeferry-agent.service"}) {
    CAPTURE(name);
    const auto text = here.text("/opt/ferry/lib/systemd/system/" + name);
    CHECK(text.find("ExecStart=/opt/ferry/bin/edgeferry") != std::string::npos);
    CHECK(text.find("@PROGRAM") == std::string::npos);
    // Here the program of the unit does not exist.
    sh("sed -i s,/opt/ferry/bin/edgeferry[a-z-]*,/bin/true, " + units + name);
    auto instance = name;
    if (const auto at = instance.find('@'); at != std::string::npos) instance.insert(at + 1, "x");
    if (instance != name) sh("cp " + units + name + " " + units + instance);
    const auto said = run({.argv = {"systemd-analyze", "verify", units + instance}});
    REQUIRE(said);
    CHECK_MESSAGE(said->exit_code == 0, said->err);
    CHECK_MESSAGE(said->err.find("edgeferry") == std::string::npos, said->err);
  }
}
