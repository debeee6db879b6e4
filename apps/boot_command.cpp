// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/boot_command.hpp"

#include <filesystem>
#include <optional>

#include <unistd.h>

#include "apps/boot_view.hpp"
#include "apps/output.hpp"
#include "apps/registry_opener.hpp"
#include "base/text.hpp"
#include "boot/boot_trial.hpp"
#include "boot/console_terminal.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

Result<ImageFile> disk_of(const std::string& file, const std::string& format) {
  const auto ending = fs::path{file}.extension();
  if (format == "qcow2" || (format == "name" && ending == ".qcow2")) {
    return ImageFile{file, ImageFormat::qcow2};
  }
  if (format == "raw" || ending == ".raw" || ending == ".img") {
    return ImageFile{file, ImageFormat::raw};
  }
  return fail(Errc::invalid_argument, "the name of " + file + " tells no format",
              "add --format raw or --format qcow2");
}

/// What a person sees while it boots, and afterwards.
BootObserver observer_for(const BootWords& words) {
  BootObserver observer;
  if (words.json) {
    observer.on_verdict = [](const BootReport& report, const RunningMachine&) {
      print_json(view_of(report));
    };
    return observer;
  }
  observer.on_milestone = [](const Reached& reached) { print(reached); };
  observer.on_note = [](const std::string& note) { std::printf("note: %s\n", note.c_str()); };
  observer.on_verdict = [words](const BootReport& report, const RunningMachine& machine) {
    print(report, words.marker);
    if (!words.keep) return;
    std::puts("The machine goes on: this is its serial console, Ctrl-] turns it off.");
    std::fflush(stdout);
    connect_terminal(machine, STDIN_FILENO, STDOUT_FILENO);
    std::puts("\nThe machine is off.");
  };
  return observer;
}

}  // namespace

bool names_registry_image(const BootWords& words) {
  return words.images.size() == 1 && words.images[0].starts_with("m-") &&
         !fs::exists(words.images[0]);
}

Result<BootSubject> registry_subject(const BootWords& words, const ClusterConfig& config) {
  const auto registry = open_local_registry(config);
  if (!registry) return fail(registry.error());
  const auto image = registry->describe(words.images.front());
  if (!image) return fail(image.error());
  BootSubject subject;
  for (const auto& disk : image->disks) {
    subject.disks.push_back(
        {registry->image_folder(image->image_id) / disk.file, ImageFormat::qcow2});
  }
  subject.firmware = image->boot_mode == "uefi" ? Firmware::uefi : Firmware::bios;
  return subject;
}

Result<BootSubject> file_subject(const BootWords& words) {
  BootSubject subject;
  for (const auto& file : words.images) {
    auto disk = disk_of(file, words.format);
    if (!disk) return fail(disk.error());
    subject.disks.push_back(std::move(*disk));
  }
  return subject;
}

Result<BootTrial> trial_of(const BootWords& words, const BootSubject& subject) {
  BootTrial trial;
  trial.marker = words.marker;
  trial.log_file = words.log_file;
  trial.timeout = std::chrono::seconds{words.timeout_s};
  if (words.accelerator == "tcg") trial.accelerator = AcceleratorChoice::tcg;
  if (words.accelerator == "kvm") trial.accelerator = AcceleratorChoice::kvm;
  auto firmware = subject.firmware;
  if (words.firmware == "bios") firmware = Firmware::bios;
  if (words.firmware == "uefi") firmware = Firmware::uefi;
  if (!firmware) {
    const auto found = firmware_for(subject.disks.front());
    if (!found) return fail(found.error());
    firmware = *found;
  }
  trial.machine = {subject.disks, *firmware, Accelerator::tcg, words.memory_mib};
  return trial;
}

int image_boot(const BootWords& words, const BootSubject& subject) {
  const auto trial = trial_of(words, subject);
  if (!trial) return print_error(trial.error(), words.json);
  const auto report = run_boot_trial(*trial, observer_for(words));
  if (!report) return print_error(report.error(), words.json);
  return report->booted ? exit_ok : exit_failed;
}

}  // namespace ferry
