// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The unit of a machine as systemd's own reader takes it; scripts/package-test has systemd run it.
#include "apps/launcher_service.hpp"

#include "base/file.hpp"
#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("systemd takes the unit of a machine, whatever its folders are called") {
  const TempFolder folder;
  for (const std::string state : {"/var/lib/edgeferry", "/srv/50% \"$HOME\" \\ 'x'"}) {
    const MachineService service{"i-1.a_b", "/bin/true", state, "/dev/disk/by-id/virtio-x"};
    const auto file = folder / service_name(service.token);
    REQUIRE(write_file_durably(file, service_unit(service)));
    const auto said = run({.argv = {"systemd-analyze", "verify", file}});
    REQUIRE(said);
    CHECK_MESSAGE(said->exit_code == 0, said->err);
    // It only warns of what it can't read.
    CHECK_MESSAGE(said->err.find("edgeferry-machine") == std::string::npos, said->err);
  }
}

TEST_CASE(
    "a machine's token that could lead to another file is refused before anything is written") {
  const TempFolder folder;
  for (const std::string token :
       {"", "../../evil", "a/b", "a b", "a\nb", std::string(65, 'x').c_str()}) {
    const auto done = start_service({token, "/bin/true", "/var/lib/edgeferry", ""}, folder.path);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::invalid_argument);
  }
  CHECK(std::filesystem::is_empty(folder.path));
}
