// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Causes named from what real machines have written: consoles/CAUSE.WHAT.txt holds the console of a
// disk that was broken for it, shortened.
#include <algorithm>
#include <filesystem>
#include <set>

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "boot/boot_cause.hpp"
#include "boot/console_watch.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
namespace fs = std::filesystem;

namespace {

struct Console {
  std::string cause;
  std::string file;
  std::string text;
};

std::vector<Console> consoles() {
  std::vector<Console> list;
  for (const auto& entry : fs::directory_iterator{test::source_folder() / "tests/boot/consoles"}) {
    const auto file = entry.path().filename().string();
    auto text = read_file(entry.path());
    REQUIRE(text.has_value());
    list.push_back({file.substr(0, file.find('.')), file, std::move(*text)});
  }
  return list;
}

BootCause cause_of(const std::string& text, std::string address = {}) {
  ConsoleWatch watch{"", [](const Reached&) {}};
  watch.take(text, 1);
  return name_cause({watch.lines(), watch.reached(),
                     watch.dead_end_ms() ? BootEnding::dead_end : BootEnding::timeout,
                     Firmware::bios, std::move(address)});
}

}  // namespace

TEST_CASE("the console of a machine that was broken names what was broken") {
  const auto list = consoles();
  CHECK(list.size() >= 12);
  for (const auto& console : list) {
    INFO(console.file);
    const auto cause = cause_of(console.text);
    CHECK(cause.name == console.cause);
    CHECK(!cause.what.empty());
    CHECK(!cause.next_step.empty());
    CHECK(!cause.evidence.empty());
    CHECK(cause.evidence.size() <= limits::evidence_lines_max);
  }
}

TEST_CASE("the causes have names of their own") {
  const auto names = cause_names();
  CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == names.size());
  for (const auto& console : consoles()) {
    INFO(console.file);
    CHECK(std::ranges::find(names, console.cause) != names.end());
  }
}

TEST_CASE("a root that is not found is a missing driver or a wrong name, by the disks seen") {
  const std::string kernel = "[    0.0] Linux version 6.1.0\n";
  const std::string disk = "[    1.0]  vda: vda1 vda2\n";
  const std::string alert = "ALERT!  UUID=0e0a72a5 does not exist.  Dropping to a shell!\n";
  CHECK(cause_of(kernel + alert).name == "disk_driver_missing");
  CHECK(cause_of(kernel + disk + alert).name == "root_wrong");
  // A quiet kernel shows neither disks nor itself.
  CHECK(cause_of(alert).name == "root_not_found");
}

TEST_CASE("a file that a boot loader can do without is no cause") {
  const std::string font = "error: file `/boot/grub/fonts/unicode.pf2' not found.\n";
  const std::string module = "error: file `/boot/grub/i386-pc/normal.mod' not found.\n";
  const std::string mount = "Timed out waiting for device /dev/disk/by-uuid/1234.\n";
  const std::string emergency = "You are in emergency mode.\n";
  CHECK(cause_of(font + mount + emergency).name == "mount_failed");
  CHECK(cause_of(font + "Loading Linux 6.1.0 ...\n").name == "no_serial_console");
  CHECK(cause_of(module + "grub rescue> ").name == "boot_loader_file_missing");
}

TEST_CASE("a boot that no sign explains is named by how far it came") {
  CHECK(cause_of("").name == "no_output");
  CHECK(cause_of("Booting from Hard Disk...\n").name == "silent_boot_loader");
  CHECK(cause_of("Booting from Hard Disk...\nGRUB loading.\n").name == "no_serial_console");
  CHECK(cause_of("[    0.0] Linux version 6.1.0\n").name == "kernel_hangs");
  CHECK(cause_of("tiny login: ").name == "marker_missing");
}

TEST_CASE("a console that is silent while the network speaks doesn't say that nothing runs") {
  const auto cause = cause_of("Booting from Hard Disk...\nGRUB loading.\n", "10.0.2.15");
  CHECK(cause.what.find("10.0.2.15") != std::string::npos);
}

TEST_CASE("what went wrong on the way of a system that came up is no cause") {
  CHECK(cause_of("[FAILED] Failed to mount /data.\nYou are in emergency mode\ntiny login: ").name ==
        "marker_missing");
}
