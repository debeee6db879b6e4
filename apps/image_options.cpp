// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/image_options.hpp"

#include <CLI/CLI.hpp>

namespace ferry {
namespace {

/// What is changed, for mounted images and for files.
void add_settings(CLI::App* sub, ImageWords& words) {
  sub->add_option("--volume", words.volumes, "/dev/NAME=UUID on the source; all of the image");
  sub->add_option("--network", words.network, "keep: cards keep their names; dhcp: any card")
      ->check(CLI::IsMember({"as-is", "keep", "dhcp"}));
  sub->add_option("--nic", words.nics, "NAME,OLD-MAC,NEW-MAC; with --network keep");
  sub->add_flag("--network-mounts-optional", words.network_mounts_optional,
                "Boot without the servers of network file systems");
  sub->add_option("--serial", words.serial_port, "Port of the console; '' for none")
      ->capture_default_str();
}

void add_fix_ups(CLI::App* fixups, ImageWords& words) {
  fixups->add_option("--root", words.root, "Where its root file system is mounted")
      ->type_name("FOLDER")
      ->required();
  auto* dry = fixups->add_flag("--dry-run", words.dry_run, "Show the patches, write nothing");
  auto* undo = fixups->add_flag("--undo", words.undo, "Take back what was changed")->excludes(dry);
  fixups->add_flag("--rebuild", words.rebuild, "Also make initramfs and boot menu anew")
      ->excludes(dry)
      ->excludes(undo);
  add_settings(fixups, words);
  fixups->add_option("--device", words.devices, "/dev/NAME=UUID here; the root's with --rebuild");
  fixups->add_option("--boot-disk", words.boot_disk, "Disk here to write a BIOS boot loader to")
      ->type_name("FILE");
}

void add_prepare(CLI::App* prepare, ImageWords& words) {
  prepare->add_option("--disk", words.disks, "Image file; all of the system's, the first boots")
      ->type_name("FILE")
      ->required();
  prepare->add_option("--format", words.format, "Of the files; it is never guessed")
      ->required()
      ->check(CLI::IsMember({"qcow2", "raw"}));
  prepare->add_flag("--dry-run", words.dry_run, "Show the patches, write nothing");
  add_settings(prepare, words);
  prepare
      ->add_option("--scratch", words.scratch,
                   "Folder for what is written before the images take it over")
      ->type_name("FOLDER");
}

}  // namespace

void add_image_commands(CLI::App& group, ImageWords& words, const bool& json,
                        const ImageHost& host) {
  const auto command = [&, choose = host.choose](const char* name, const char* help,
                                                 int (*run)(const ImageWords&)) {
    auto* sub = group.add_subcommand(name, help);
    sub->callback([&words, &json, choose, run] {
      choose([&words, &json, run] {
        words.json = json;
        return run(words);
      });
    });
    return sub;
  };
  add_fix_ups(command("fixups", "Make a mounted image fit to boot elsewhere", image_fix_ups),
              words);
  add_prepare(command("prepare", "Make image files fit to boot elsewhere", image_prepare), words);
  add_boot_commands(group, words.boot, json, host);
}

}  // namespace ferry
