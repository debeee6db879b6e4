// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/preflight.hpp"

#include <limits>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;

namespace {

constexpr std::int64_t noon_ms = 1'800'000'000'000;

PartitionInfo partition(const std::string& filesystem, const std::string& mount_point = {}) {
  PartitionInfo made;
  made.number = 1;
  made.size = 400 * limits::gib;
  made.used_bytes = 10 * limits::gib;
  made.filesystem = filesystem;
  made.mount_point = mount_point;
  return made;
}

/// A running server of which everything is known, and nothing is to be said.
Inventory quiet_server(std::size_t data_disks = 4) {
  Inventory server;
  server.os_id = "debian";
  server.os_version = "12";
  server.architecture = "x86_64";
  server.firmware = "bios";
  server.reported_ms = noon_ms;
  for (std::size_t i = 0; i <= data_disks; ++i) {
    DiskInfo disk;
    disk.index = static_cast<std::uint32_t>(i);
    disk.path = "/dev/vd" + std::string(1, static_cast<char>('a' + i));
    disk.size = 500 * limits::gib;
    disk.table = "dos";
    disk.model = "QEMU";
    disk.serial = "serial-" + std::to_string(i);
    disk.partitions = {partition("ext4")};
    server.disks.push_back(disk);
  }
  auto& facts = server.facts;
  facts.running = facts.root = facts.boot_seen = true;
  facts.clock_ms = noon_ms;
  facts.cpu_percent = 90;
  facts.memory_percent = 95;
  facts.filesystems = {{"/", "ext4", 100 * limits::gib, limits::gib, 1000, 100}};
  facts.kernels = {{"6.1.0-25-amd64", true}};
  facts.modules = {{"6.1.0-25-amd64", {"virtio_blk"}}};  // virtio_scsi is enough
  facts.boot_loader = "grub";
  facts.boot_loader_version = "2.06-13+deb12u1";
  facts.fallback_loader = "present";
  facts.selinux = "disabled";
  return server;
}

struct Case {
  const char* name;
  const char* level;
  void (*change)(Inventory& server);
  std::vector<const char*> words;  // that the finding has somewhere
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"windows", "critical", [](Inventory& s) { s.os_id = "windows"; }, {"Linux"}},
      {"architecture",
       "critical",
       [](Inventory& s) { s.architecture = "aarch64"; },
       {"aarch64", "x86_64"}},
      {"no_disk", "critical", [](Inventory& s) { s.disks.clear(); }, {"--disk"}},
      {"system_disk_too_large",
       "critical",
       [](Inventory& s) { s.disks[0].size = 2048 * limits::gib + 512; },
       {"/dev/vda", "2199023256064", "2199023255552", "system_disk_max", "[limits]"}},
      {"too_many_data_disks",
       "critical",
       [](Inventory& s) { s = quiet_server(5); },
       {"5 data disks", "limit is 4", "data_disks_max", "[limits]"}},
      {"data_disk_too_large",
       "critical",
       [](Inventory& s) { s.disks[3].size += 512; },
       {"/dev/vdd", "536870912512", "536870912000", "data_disk_max", "[limits]"}},
      {"no_virtio",
       "critical",
       [](Inventory& s) {
         s.facts.modules[0].missing = {"virtio_blk", "virtio_scsi"};
       },
       {"6.1.0-25-amd64", "virtio_scsi"}},
      {"not_root", "critical", [](Inventory& s) { s.facts.root = false; }, {"root"}},
      {"large_sectors",
       "warning",
       [](Inventory& s) { s.disks[0].sector_size = 4096; },
       {"/dev/vda", "4096"}},
      {"disk_too_small",
       "warning",
       [](Inventory& s) { s.disks[0].size = 20 * limits::gib - 512; },
       {"/dev/vda", "--disk 0=20480MiB"}},
      {"image_may_be_too_large",
       "warning",
       [](Inventory& s) { s.disks[1].partitions[0].used_bytes = 1025 * limits::gib; },
       {"image_max"}},
      {"encrypted_volume",
       "warning",
       [](Inventory& s) { s.disks[0].partitions[0].filesystem = "crypto_LUKS"; },
       {"partition 1 of /dev/vda", "LUKS"}},
      {"raid_member",
       "warning",
       [](Inventory& s) { s.disks[0].partitions[0].filesystem = "linux_raid_member"; },
       {"partition 1 of /dev/vda", "linux_raid_member"}},
      {"zfs_pool",
       "warning",
       [](Inventory& s) { s.disks[1].partitions[0].filesystem = "zfs_member"; },
       {"/dev/vdb"}},
      {"bcache_device",
       "warning",
       [](Inventory& s) { s.disks[1].partitions[0].filesystem = "bcache"; },
       {"writethrough"}},
      {"disk_seen_twice",
       "warning",
       [](Inventory& s) { s.disks[2].serial = "serial-1"; },
       {"/dev/vdb", "/dev/vdc", "serial-1"}},
      {"loop_device",
       "warning",
       [](Inventory& s) { s.disks[1].path = "/dev/loop7"; },
       {"/dev/loop7"}},
      {"kernel_without_virtio",
       "warning",
       [](Inventory& s) {
         s.facts.modules.push_back({"5.4.0-xen", {"virtio_net"}});
       },
       {"5.4.0-xen", "virtio_net"}},
      {"no_kernel", "warning", [](Inventory& s) { s.facts.kernels.clear(); }, {"vmlinuz"}},
      {"no_initramfs",
       "warning",
       [](Inventory& s) { s.facts.kernels[0].initramfs = false; },
       {"vmlinuz-6.1.0-25-amd64"}},
      {"old_boot_loader",
       "warning",
       [](Inventory& s) { s.facts.boot_loader_version = "1.98"; },
       {"1.98", "1.99"}},
      {"old_boot_loader",
       "warning",
       [](Inventory& s) {
         s.os_id = "ol";
         s.facts.boot_loader_version = "2.00~beta";
       },
       {"2.00~beta", "2.02"}},
      {"old_boot_loader",
       "warning",
       [](Inventory& s) {
         s.facts.boot_loader = "grub legacy";
         s.facts.boot_loader_version.clear();
       },
       {"GRUB legacy"}},
      {"no_boot_loader",
       "warning",
       [](Inventory& s) {
         s.facts.boot_loader.clear();
         s.facts.boot_loader_version.clear();
       },
       {"extlinux"}},
      {"no_fallback_loader",
       "warning",
       [](Inventory& s) {
         s.firmware = "uefi";
         s.facts.fallback_loader = "absent";
       },
       {"BOOTX64.EFI"}},
      {"device_names_in_fstab",
       "warning",
       [](Inventory& s) { s.facts.device_names = {"/dev/sdb1 on /data"}; },
       {"/dev/sdb1 on /data"}},
      {"network_file_system",
       "warning",
       [](Inventory& s) { s.facts.network_mounts = {"nas:/home on /home"}; },
       {"nas:/home on /home", "nofail"}},
      {"lvm_devices_file",
       "warning",
       [](Inventory& s) {
         s.facts.lvm_devices_file = true;
         s.lvm = {{"pv", "/dev/vda2", "uuid", "vg"}};
       },
       {"system.devices"}},
      {"static_address",
       "warning",
       [](Inventory& s) { s.facts.static_addresses = {"192.0.2.7/24 on eth0"}; },
       {"192.0.2.7/24 on eth0", "DHCP"}},
      {"layered_network",
       "warning",
       [](Inventory& s) { s.facts.layered_nics = {"bond0 (bond)"}; },
       {"bond0 (bond)"}},
      {"clock_skew",
       "warning",
       [](Inventory& s) { s.facts.clock_ms = noon_ms - 300'001; },
       {"2027-01-15"}},
      {"cpu_busy", "warning", [](Inventory& s) { s.facts.cpu_percent = 91; }, {"91 %"}},
      {"memory_full", "warning", [](Inventory& s) { s.facts.memory_percent = 96; }, {"96 %"}},
      {"file_system_full",
       "warning",
       [](Inventory& s) { s.facts.filesystems[0].free = limits::gib - 1; },
       {"file system /", "99"}},
      {"inodes_used_up",
       "warning",
       [](Inventory& s) {
         s.facts.filesystems[0].inodes = 100'000;
         s.facts.filesystems[0].free_inodes = 999;
       },
       {"99001 of 100000"}},
      {"little_space",
       "warning",
       [](Inventory& s) {
         s.facts.filesystems[0] = {"/", "ext4", limits::gib, 100 * limits::mib - 1, 1000, 100};
       },
       {"100.0 MiB"}},
      {"little_space",
       "warning",
       [](Inventory& s) {
         s.facts.filesystems.push_back({"/boot", "ext2", limits::gib, limits::gib / 2, 1000, 99});
       },
       {"/boot", "100 inodes"}},
      {"outgoing_firewall",
       "warning",
       [](Inventory& s) {
         s.facts.firewall = {"nft list ruleset: 12 rules"};
         s.facts.filters_output = true;
       },
       {"nft list ruleset: 12 rules", "8080", "8703"}},
      {"proxy",
       "warning",
       [](Inventory& s) { s.facts.proxies = {"https_proxy"}; },
       {"https_proxy"}},
      {"incoming_firewall",
       "info",
       [](Inventory& s) { s.facts.firewall = {"iptables-save: 3 rules"}; },
       {"iptables-save: 3 rules"}},
      {"no_bios_boot_partition",
       "info",
       [](Inventory& s) { s.disks[0].table = "gpt"; },
       {"BIOS boot"}},
      {"volume_group_spans_disks",
       "info",
       [](Inventory& s) {
         s.lvm = {{"pv", "/dev/vda2", "1", "data"}, {"pv", "/dev/vdb1", "2", "data"}};
       },
       {"data", "/dev/vda, /dev/vdb"}},
      {"copied_whole",
       "info",
       [](Inventory& s) { s.disks[0].partitions[0].filesystem = "xfs"; },
       {"xfs", "400.0 GiB"}},
      {"selinux_on", "info", [](Inventory& s) { s.facts.selinux = "enforcing"; }, {"enforcing"}}};
  return all;
}

std::set<std::string> names_of(const std::vector<Finding>& findings) {
  std::set<std::string> names;
  for (const auto& finding : findings) names.insert(finding.name);
  return names;
}

}  // namespace

TEST_CASE("nothing is said of a server at every limit") {
  auto server = quiet_server();
  server.disks[0].size = 2048 * limits::gib;
  for (const auto& finding : preflight(server, {})) FAIL_CHECK(to_json(finding));
}

TEST_CASE("each rule finds what it is for, says what was seen and what to do, and nothing else") {
  for (const auto& one : cases()) {
    CAPTURE(one.name);
    auto server = quiet_server();
    one.change(server);
    const auto findings = preflight(server, {});
    CHECK(names_of(findings) == std::set<std::string>{one.name});
    REQUIRE(findings.size() == 1);
    const auto& finding = findings[0];
    CHECK(finding.level == one.level);
    CHECK(finding.fix.size() > 10);
    for (const auto* word : one.words) {
      CAPTURE(word);
      CHECK((finding.what + "\n" + finding.evidence + "\n" + finding.fix).find(word) !=
            std::string::npos);
    }
  }
}

TEST_CASE("every rule of the reference page has been tried, and the page is not stale") {
  // A stale page is made anew with: edgeferry reference preflight > docs/preflight.md
  const auto page = preflight_reference();
  CHECK(read_file(test::source_folder() / "docs/preflight.md").value() == page);
  std::set<std::string> tried;
  for (const auto& one : cases()) tried.insert(one.name);
  std::set<std::string> listed;
  std::istringstream lines{page};
  for (std::string line; std::getline(lines, line);) {
    const auto end = line.find(" | ");
    if (line.starts_with("| ") && end != std::string::npos) listed.insert(line.substr(2, end - 2));
  }
  listed.erase("finding");
  CHECK(listed == tried);
}

TEST_CASE("what is not known is not found") {
  Inventory server;
  server.architecture = "x86_64";
  server.disks.resize(1);
  server.disks[0].size = 30 * limits::gib;
  CHECK(preflight(server, {}).empty());
}

TEST_CASE("all is said at once, critical findings first, and raised limits are obeyed") {
  auto server = quiet_server(6);
  server.os_id = "windows";
  server.facts.selinux = "enforcing";
  server.facts.cpu_percent = 99;
  const auto findings = preflight(server, {});
  REQUIRE(findings.size() == 4);
  CHECK(findings[0].name == "windows");
  CHECK(findings[1].name == "too_many_data_disks");
  CHECK(findings[2].name == "cpu_busy");
  CHECK(findings[3].name == "selinux_on");
  PreflightLimits wide;
  wide.data_disks_max = 6;
  CHECK(preflight(server, wide).size() == 3);
}

TEST_CASE("a critical finding refuses with its number, its evidence and its remedy") {
  auto server = quiet_server();
  CHECK(check_findings(preflight(server, {})));
  server.facts.cpu_percent = 99;
  CHECK(check_findings(preflight(server, {})));
  server.facts.modules[0].missing = {"virtio_pci"};
  const auto refused = check_findings(preflight(server, {}));
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::source_not_ready);
  CHECK(refused.error().what.find("has no virtio_pci") != std::string::npos);
  CHECK(refused.error().fix.find("install a kernel") != std::string::npos);
  server.os_id = "windows";
  CHECK(check_findings(preflight(server, {})).error().code == Errc::source_unsupported);
}

TEST_CASE("a hostile report makes bounded findings of visible characters") {
  auto server = quiet_server();
  for (int i = 0; i < 4000; ++i) {
    server.facts.kernels.push_back({"\x1b[2J\n" + std::string(60'000, 'x'), false});
  }
  server.facts.filesystems = {{"/", "ext4", 1, ~0ULL, 1, ~0ULL},
                              {"/b", "ext4", ~0ULL, 0, ~0ULL, 0}};
  server.facts.clock_ms = std::numeric_limits<std::int64_t>::max();
  server.facts.cpu_percent = std::numeric_limits<std::int32_t>::min();
  const auto findings = preflight(server, {});
  CHECK(findings.size() == limits::findings_max);
  for (const auto& finding : findings) {
    CHECK(finding.what.size() <= limits::finding_text_max);
    CHECK(finding.what.find_first_of("\x1b\n") == std::string::npos);
  }
}
