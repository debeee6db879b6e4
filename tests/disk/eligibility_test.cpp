// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/eligibility.hpp"

#include <doctest/doctest.h>

using namespace ferry;

namespace {

Inventory server(std::size_t data_disks) {
  Inventory inventory;
  inventory.os_id = "debian";
  inventory.architecture = "x86_64";
  for (std::size_t i = 0; i <= data_disks; ++i) {
    DiskInfo disk;
    disk.path = "/dev/vd" + std::string(1, static_cast<char>('a' + i));
    disk.size = 500 * limits::gib;
    inventory.disks.push_back(disk);
  }
  return inventory;
}

/// The one refusal expected, with the words that it must hold.
void check_refused(const Inventory& inventory, std::initializer_list<const char*> words) {
  const auto errors = check_ens_eligibility(inventory, {});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == Errc::source_unsupported);
  for (const auto* word : words) {
    CAPTURE(word);
    CHECK(to_string(errors[0]).find(word) != std::string::npos);
  }
  CHECK(errors[0].fix.find("[limits] in the cluster file") != std::string::npos);
}

}  // namespace

TEST_CASE("a server at every limit is accepted") {
  auto inventory = server(4);
  inventory.disks[0].size = 2048 * limits::gib;
  CHECK(check_ens_eligibility(inventory, {}).empty());
}

TEST_CASE("each refusal names the limit, the value and where it is set") {
  auto inventory = server(4);
  SUBCASE("Windows") {
    inventory.os_id = "windows";
    check_refused(inventory, {"Windows"});
  }
  SUBCASE("architecture") {
    inventory.architecture = "aarch64";
    check_refused(inventory, {"aarch64", "x86_64", "architectures"});
  }
  SUBCASE("five data disks") {
    check_refused(server(5), {"has 5 data disks", "data_disks_max is 4"});
  }
  SUBCASE("a data disk one sector too large") {
    inventory.disks[3].size += 512;
    check_refused(inventory, {"/dev/vdd", "536870912512", "536870912000", "data_disk_bytes_max"});
  }
  SUBCASE("the system disk") {
    inventory.disks[0].size = 2049 * limits::gib;
    check_refused(inventory, {"/dev/vda", "system_disk_bytes_max"});
  }
}

TEST_CASE("all reasons are named at once and raised limits are obeyed") {
  auto inventory = server(6);
  inventory.os_id = "windows";
  inventory.architecture = "aarch64";
  CHECK(check_ens_eligibility(inventory, {}).size() == 3);
  EligibilityLimits wide;
  wide.data_disks_max = 6;
  wide.architectures = {"x86_64", "aarch64"};
  CHECK(check_ens_eligibility(inventory, wide).size() == 1);
  CHECK(check_ens_eligibility(Inventory{}, {}).size() == 2);
}
