// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry image fixups`, as an operator runs it.
#include "base/subprocess.hpp"
#include "guests.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

CommandOutput edgeferry(const GuestFolder& guest, std::vector<std::string> words) {
  std::vector<std::string> argv{FERRY_PROGRAM,
                                "image",
                                "fixups",
                                "--root",
                                guest.root.string(),
                                "--volume",
                                "/dev/sda1=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001"};
  argv.insert(argv.end(), words.begin(), words.end());
  const auto result = run({.argv = argv});
  if (!result) FAIL(to_string(result.error()));
  return *result;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("the command shows patches with their reasons, applies them and takes them back") {
  const GuestFolder guest;
  make_debian(guest);
  const auto before = tree_of(guest.root);
  const auto shown = edgeferry(guest, {"--dry-run"});
  CHECK(shown.exit_code == 0);
  CHECK(has(shown.out,
            "# fstab: /dev/sda1 has another name on the target; its UUID stays\n"
            "--- a/etc/fstab\n+++ b/etc/fstab\n"));
  CHECK(has(shown.out, "the guest has: fstab, systemd, udev, initramfs-tools, grub, grub-bios"));
  CHECK(tree_of(guest.root) == before);
  const auto applied = edgeferry(guest, {});
  CHECK(applied.exit_code == 0);
  CHECK(has(guest.read("/etc/fstab"), "UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001\t/ "));
  CHECK(has(edgeferry(guest, {}).out, "0 file(s) changed"));
  const auto undone = edgeferry(guest, {"--undo", "--json"});
  CHECK(undone.exit_code == 0);
  CHECK(has(undone.out, "\"done\": \"undone\""));
  CHECK(has(undone.out, "\"/etc/fstab\""));
  CHECK(tree_of(guest.root) == before);
}

TEST_CASE("the command keeps a card's name at its new address") {
  const GuestFolder guest;
  make_ubuntu(guest);
  const auto done = edgeferry(
      guest, {"--network", "keep", "--nic", "ens192,00:50:56:ab:cd:01,52:54:00:00:00:01"});
  CHECK(done.exit_code == 0);
  CHECK(has(guest.read("/etc/systemd/network/10-edgeferry-ens192.link"), "52:54:00:00:00:01"));
}

TEST_CASE("the command prints JSON of a guest whose names and files are no text") {
  const GuestFolder guest;
  make_debian(guest);
  guest.write("/etc/fstab", "# caf\xe9\n/dev/sda1 / ext4 ro 0 1\n");
  const auto shown = edgeferry(guest, {"--dry-run", "--json"});
  CHECK(shown.exit_code == 0);
  CHECK(has(shown.out, "\"done\": \"planned\""));
  CHECK(has(shown.out, "\"reason\": \"/dev/sda1 has another name"));
}

TEST_CASE("the command sends none of a guest's control characters to a terminal") {
  const GuestFolder guest;
  make_debian(guest);
  guest.write("/etc/fstab", "/dev/sda1 / ext4 ro 0 1\n/dev/sdz1 /mnt/\x1b[31mred ext4 ro 0 1\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--dry-run"}, {}}) {
    const auto shown = edgeferry(guest, words);
    CHECK(has(shown.out, "no disk of the image holds /mnt/?[31mred"));
    CHECK(!has(shown.out, "\x1b"));
  }
}

TEST_CASE("the command refuses what makes no sense with a number and a next step") {
  const GuestFolder guest;
  const auto empty = edgeferry(guest, {});
  CHECK(empty.exit_code == 1);
  CHECK(has(empty.err, "FERRY-4031"));
  CHECK(has(empty.err, "Fix: "));
  make_debian(guest);
  CHECK(has(edgeferry(guest, {"--volume", "sda1"}).err, "FERRY-5002"));
  CHECK(edgeferry(guest, {"--undo", "--dry-run"}).exit_code == 2);
  edgeferry(guest, {});
  std::ofstream{guest.root / "etc/fstab", std::ios::app} << "# mine\n";
  const auto undone = edgeferry(guest, {"--undo"});
  CHECK(undone.exit_code == 1);
  CHECK(has(undone.err, "FERRY-4032 /etc/fstab"));
}
