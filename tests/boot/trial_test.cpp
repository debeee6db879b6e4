// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Real machines that boot, or can't. scripts/boot-real has those that take longer.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "tests/boot/tiny_disk.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

namespace fs = std::filesystem;

/// The machines of this host that have a disk, as folders of /proc.
std::vector<fs::path> machines_with(const std::string& disk) {
  std::vector<fs::path> machines;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto words = read_file(entry.path() / "cmdline");
    if (words && words->starts_with("qemu-system") && words->find(disk) != std::string::npos) {
      machines.push_back(entry.path());
    }
  }
  return machines;
}

/// True once the overlay of the machine's disk is there, and has no name any more.
bool runs_with(const std::string& disk) {
  const auto machines = machines_with(disk);
  if (machines.size() != 1) return false;
  std::error_code gone;
  return std::ranges::any_of(fs::directory_iterator{machines[0] / "fd", gone}, [](const auto& fd) {
    std::error_code closed;
    return fs::read_symlink(fd.path(), closed).string().ends_with("(deleted)");
  });
}

bool within_seconds(int seconds, const std::function<bool()>& holds) {
  for (const auto end = steady_ms() + seconds * 1000; steady_ms() < end;) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return false;
}

}  // namespace

TEST_CASE("a disk without a boot loader is told so, long before the time is over") {
  const TempFolder folder;
  sh("truncate -s 1M " + (folder / "empty.raw"));
  const auto report = must_run(trial_of(folder / "empty.raw"));
  CHECK(!report.booted);
  REQUIRE(report.cause);
  CHECK(report.cause->name == "no_boot_loader_bios");
  CHECK(report.ms < 60'000);
  const auto firmware = firmware_for({folder / "empty.raw", ImageFormat::raw});
  CHECK(firmware == Firmware::uefi);
  CHECK(firmware_for({tiny_disk(), ImageFormat::raw}) == Firmware::bios);
}

TEST_CASE("a boot menu that names a kernel which isn't there is told with the boot loader's line") {
  const TempFolder folder;
  const auto report =
      must_run(trial_of(broken_disk(folder, "rm /boot/vmlinuz-" + kernel() + "\\n")));
  CHECK(!report.booted);
  REQUIRE(report.cause);
  CHECK(report.cause->name == "kernel_missing");
  CHECK(report.cause->evidence.front().find("error: file `/boot/vmlinuz-" + kernel() +
                                            "' not found.") != std::string::npos);
}

TEST_CASE("a machine ends with the process that watches it, also by SIGKILL") {
  const TempFolder folder;
  const auto disk = folder / "system.raw";
  sh("cp --sparse=always " + tiny_disk() + " " + disk);
  const TempFolder temporary;
  const auto child = ::fork();
  if (child == 0) {
    ::setenv("TMPDIR", temporary.path.c_str(), 1);
    (void)run_boot_trial(trial_of(disk), {});
    ::_exit(0);
  }
  CHECK(within_seconds(20, [&] { return runs_with(disk); }));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(within_seconds(5, [&] { return machines_with(disk).empty(); }));
  CHECK(fs::is_empty(temporary.path));
}

TEST_CASE("a trial that is stopped ends its machine at once") {
  const TempFolder folder;
  const auto disk = folder / "system.raw";
  sh("cp --sparse=always " + tiny_disk() + " " + disk);
  std::stop_source stop;
  const std::jthread stopper{[&] {
    CHECK(within_seconds(20, [&] { return runs_with(disk); }));
    stop.request_stop();
  }};
  const auto report = run_boot_trial(trial_of(disk), {}, stop.get_token());
  REQUIRE(!report);
  CHECK(report.error().code == Errc::canceled);
  CHECK(machines_with(disk).empty());
}

TEST_CASE("an image that refers to other files of this host is not booted") {
  const TempFolder folder;
  sh("qemu-img create -q -f qcow2 -F raw -b " + tiny_disk() + " " + (folder / "thin.qcow2"));
  const auto report = run_boot_trial(trial_of(folder / "thin.qcow2", ImageFormat::qcow2), {});
  REQUIRE(!report);
  CHECK(report.error().code == Errc::image_failed);
}

TEST_CASE("what is out of its limits or not there is refused before a machine is made") {
  auto trial = trial_of("/nowhere/system.raw");
  CHECK(run_boot_trial(trial, {}).error().code == Errc::disk_missing);
  trial.machine.memory_mib = 1;
  CHECK(run_boot_trial(trial, {}).error().code == Errc::invalid_argument);
  trial = trial_of(tiny_disk());
  trial.timeout = std::chrono::hours{2};
  CHECK(run_boot_trial(trial, {}).error().code == Errc::invalid_argument);
  trial = trial_of(tiny_disk());
  trial.machine.disks.clear();
  CHECK(run_boot_trial(trial, {}).error().code == Errc::invalid_argument);
}
