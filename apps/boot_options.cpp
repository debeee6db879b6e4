// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/boot_options.hpp"

#include <CLI/CLI.hpp>

#include "apps/output.hpp"

namespace ferry {
namespace {

using Run = int (*)(const BootWords&, const BootSubject&);

/// Finds the disks that are meant, and goes on with them.
int with_subject(const BootWords& words, const ImageHost& host, Run run) {
  const auto go_on = [&](const Result<BootSubject>& subject) {
    return subject ? run(words, *subject) : print_error(subject.error(), words.json);
  };
  if (!names_registry_image(words)) return go_on(file_subject(words));
  return host.with_config(
      [&](const ClusterConfig& config) { return go_on(registry_subject(words, config)); });
}

/// What `boot` and `check` have in common.
void add_trial_options(CLI::App* sub, BootWords& boot) {
  sub->add_option("image", boot.images, "m-... of the registry, or image files, system disk first")
      ->type_name("FILE")
      ->required();
  sub->add_option("--format", boot.format, "raw or qcow2; default: as the files' names end")
      ->check(CLI::IsMember({"raw", "qcow2"}));
  sub->add_option("--firmware", boot.firmware, "auto, bios or uefi")
      ->check(CLI::IsMember({"auto", "bios", "uefi"}))
      ->capture_default_str();
  sub->add_option("--accel", boot.accelerator, "auto, tcg or kvm")
      ->check(CLI::IsMember({"auto", "tcg", "kvm"}))
      ->capture_default_str();
  sub->add_option("--memory", boot.memory_mib, "MiB of memory")->capture_default_str();
  sub->add_option("--timeout", boot.timeout_s, "Seconds until it has to be up")
      ->capture_default_str();
  sub->add_option("--log", boot.log_file, "Write the serial console to this file")
      ->type_name("FILE");
}

}  // namespace

void add_boot_commands(CLI::App& group, BootWords& words, const bool& json, const ImageHost& host) {
  const auto command = [&](const char* name, const char* help, Run run) {
    auto* sub = group.add_subcommand(name, help);
    sub->callback([&words, &json, host, run] {
      host.choose([&words, &json, host, run] {
        words.json = json;
        return with_subject(words, host, run);
      });
    });
    add_trial_options(sub, words);
    return sub;
  };
  auto* boot = command("boot", "Boot an image in a machine that can change nothing; 0: it is up",
                       image_boot);
  boot->add_option("--marker", words.marker, "Text of the console line that proves it is up");
  boot->add_flag("--keep", words.keep,
                 "Go on afterwards, with the serial console on this terminal");
  auto* check =
      command("check", "Look for what keeps an image from booting; 0: nothing", image_check);
  check->add_flag("--boot", words.boot, "Also boot it, with a marker in a throw-away overlay");
  auto* show = group.add_subcommand("show", "Show what the registry keeps of an image");
  show->add_option("image", words.images, "m-...")->type_name("IMAGE")->required()->expected(1);
  show->callback([&words, &json, host] {
    host.choose([&words, &json, host] {
      return host.with_config([&](const ClusterConfig& config) {
        return image_show(words.images.front(), json, config);
      });
    });
  });
}

}  // namespace ferry
