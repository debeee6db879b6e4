// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry image boot` and `image check`, as an operator runs them.
#include "tests/boot/tiny_disk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

CommandOutput edgeferry(std::vector<std::string> words) {
  words.insert(words.begin(), {FERRY_PROGRAM, "image"});
  const auto result = run({.argv = words, .timeout = std::chrono::seconds{300}});
  if (!result) FAIL(to_string(result.error()));
  return *result;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("the command tells the cause of a boot that fails, with evidence and a next step") {
  const TempFolder folder;
  const auto disk = folder / "empty.img";
  sh("truncate -s 1M " + disk);
  const auto shown = edgeferry({"boot", disk, "--firmware", "bios", "--accel", "tcg"});
  CHECK(shown.exit_code == 1);
  CHECK(
      has(shown.out, "cause: the BIOS finds nothing to start on the disks (no_boot_loader_bios)"));
  CHECK(has(shown.out, "  | No bootable device."));
  CHECK(has(shown.out, "next step: "));
  CHECK(has(shown.out, "did not boot within "));
}

TEST_CASE("the command checks an image for people and for programs") {
  const auto shown = edgeferry({"check", tiny_disk()});
  CHECK(shown.exit_code == 0);
  CHECK(has(shown.out, "nothing was found that keeps the image from booting"));
  const TempFolder folder;
  const auto broken =
      edgeferry({"check", broken_disk(folder, "rm /boot/vmlinuz-" + kernel() + "\\n"), "--json"});
  CHECK(broken.exit_code == 1);
  CHECK(has(broken.out, "\"verdict\": \"unbootable\""));
  CHECK(has(broken.out, "\"name\": \"boot_entry_broken\""));
}

TEST_CASE("the command refuses what makes no sense with a number and a next step") {
  CHECK(has(edgeferry({"boot", "/nowhere/disk"}).err, "FERRY-5002"));
  CHECK(has(edgeferry({"boot", "/nowhere/disk.raw"}).err, "FERRY-2001"));
  CHECK(has(edgeferry({"boot", tiny_disk(), "--memory", "1", "--firmware", "bios"}).err,
            "memory of 1 MiB is not in 64..65536"));
  CHECK(edgeferry({"boot"}).exit_code == 2);
  CHECK(edgeferry({"boot", tiny_disk(), "--firmware", "coreboot"}).exit_code == 2);
}
