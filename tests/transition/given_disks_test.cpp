// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances on the disks of a rented machine, which the cloud makes images of.
#include "tests/transition/node.hpp"

using namespace ferry;
using namespace ferry::test;

namespace fs = std::filesystem;

namespace {

/// A node with two disks that are larger than those of its requests.
struct Machine {
  Node node;
  std::vector<fs::path> devices{node.folder.path() / "xvdb", node.folder.path() / "xvdc"};
  FolderStorage storage{node.storage(), node.data.get(), devices};

  Machine() {
    for (const auto& device : devices) {
      std::ofstream{device}.put('\0');
      fs::resize_file(device, 8 * mib);
    }
  }
};

}  // namespace

TEST_CASE(
    "an instance on a machine's disks takes these, and its release leaves them to the cloud") {
  Machine machine;
  auto request = machine.node.request("i-1", 1);
  const auto opened = machine.storage.open(request, {});
  REQUIRE_MESSAGE(opened, to_string(opened.error()));
  for (std::size_t i = 0; i < machine.devices.size(); ++i) {
    const auto disk = (*opened)->list().at(i);
    CHECK(fs::canonical(disk.path) == fs::canonical(machine.devices.at(i)));
    CHECK(disk.size == request.disk_bytes.at(i));
    CHECK(fs::file_size(machine.devices.at(i)) == 8 * mib);
  }
  VerifyProgress progress;
  CHECK((*opened)->verify(0, progress, {}));
  CHECK(progress.bytes_checked == 4 * mib);
  // A later attempt finds them, and so does one after a restart.
  request.create = false;
  CHECK(machine.storage.find("i-1", 2));
  CHECK(machine.storage.open(request, {}));
  REQUIRE(machine.storage.release_disk("i-1", 0));
  REQUIRE(machine.storage.release("i-1"));
  for (const auto& device : machine.devices) CHECK(fs::exists(device));
}

TEST_CASE("new disks are taken as zeros without being read, and used ones are read") {
  Machine machine;
  std::fstream{machine.devices.front(), std::ios::in | std::ios::out} << "of an instance before";
  const auto first = machine.storage.open(machine.node.request("i-1", 1), {});
  REQUIRE_MESSAGE(first, to_string(first.error()));
  CHECK((*first)->digests(0, 0, 1)->empty());
  REQUIRE(machine.storage.release("i-1"));
  const auto second = machine.storage.open(machine.node.request("i-2", 1), {});
  REQUIRE_MESSAGE(second, to_string(second.error()));
  CHECK_FALSE((*second)->digests(0, 0, 1)->empty());
}

TEST_CASE("disks that a machine doesn't have, or no longer, are not made as files instead") {
  Machine machine;
  auto request = machine.node.request("i-1", 1);
  SUBCASE("more of them") {
    request.disk_bytes.push_back(mib);
    CHECK(machine.storage.open(request, {}).error().code == Errc::invalid_argument);
  }
  SUBCASE("larger ones") {
    request.disk_bytes.back() = 9 * mib;
    CHECK(machine.storage.open(request, {}).error().code == Errc::disk_shrank);
  }
  SUBCASE("one that was taken away before") {
    fs::remove(machine.devices.back());
    CHECK(machine.storage.open(request, {}).error().code == Errc::instance_gone);
  }
  SUBCASE("one that was taken away since") {
    REQUIRE(machine.storage.open(request, {}));
    fs::remove(machine.devices.back());
    CHECK(machine.storage.find("i-1", 2).error().code == Errc::instance_gone);
    request.create = false;
    CHECK(machine.storage.open(request, {}).error().code == Errc::instance_gone);
  }
  SUBCASE("a layout") {
    request.layout.disks.emplace_back();
    CHECK(machine.storage.open(request, {}).error().code == Errc::invalid_argument);
  }
  for (const auto& device : machine.devices) CHECK(!fs::is_symlink(device));
}
