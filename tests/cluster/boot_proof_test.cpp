// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The gate of a job: images are booted by a real worker, in real machines, before anything of them
// leaves it. A boot to its end takes a minute without KVM, and is run by scripts/boot-gate.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/boot/tiny_disk.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

const Words required{"--fixups", "off", "--boot-proof", "required"};

/// What runs for a boot proof of this cluster's worker; `name` is a program's.
std::size_t count_running(const Cluster& cluster, const std::string& name) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto words = read_file(entry.path() / "cmdline");
    const auto environment = read_file(entry.path() / "environ");
    if (!words || !environment || words->find(name) == std::string::npos) continue;
    if (environment->find("TMPDIR=" + cluster.state().string()) != std::string::npos) ++count;
  }
  return count;
}

/// A machine has been made, and the job says what it waits for.
void wait_for_machine(Cluster& cluster, const std::string& id) {
  cluster.wait_for(id, "a machine", [&](const JobView& job) {
    return job.step == "proving that it boots" && count_running(cluster, "qemu-system") == 1;
  });
}

bool all_ended(const Cluster& cluster) {
  return eventually(
      [&] {
        return count_running(cluster, "qemu") == 0 && count_running(cluster, "edgeferry") == 0;
      },
      5s);
}

bool bucket_is_empty(const Cluster& cluster) {
  return std::ranges::none_of(
      fs::recursive_directory_iterator{cluster.state() / "bucket"},
      [](const auto& entry) { return entry.path().filename().string().starts_with("edge_"); });
}

}  // namespace

TEST_CASE("an image that does not boot is refused with its cause, until somebody wants it so") {
  const test::TempFolder folder;
  // Its blocks stay in use, and so are copied.
  const fs::path disk = test::broken_disk(folder, "unlink /boot/vmlinuz-" + test::kernel() + "\\n");
  Cluster cluster{{.disks = {disk}}};
  const auto id = cluster.start_job(required);
  const auto refused = cluster.wait_for_status(id, "InError");
  CHECK(refused.error_code == static_cast<std::uint16_t>(Errc::boot_not_proven));
  CHECK(refused.error.find("(kernel_missing) | error: file `/boot/vmlinuz-") != std::string::npos);
  CHECK(refused.boot.cause == "kernel_missing");
  CHECK(bucket_is_empty(cluster));
  CHECK(cluster.images() == 0);
  cluster.must({"job", "modify", id, "--boot-proof", "warn"});
  cluster.must({"job", "retry", id});
  const auto done = cluster.wait_for_status(id, "Finished");
  CHECK(done.boot.outcome == "failed");
  CHECK(cluster.must({"job", "events", id}).find("warning: that it boots is not proven: ") !=
        std::string::npos);
  cluster.check_finished(done, {disk});
}

TEST_CASE("a machine ends with its worker, is made again, ends with its job, and nothing is left") {
  const test::TempFolder folder;
  const auto disk = fs::path{folder / "system.raw"};
  test::sh("cp --sparse=always " + test::tiny_disk() + " " + disk.string());
  Cluster cluster{{.disks = {disk}, .boot_proof = "required"}};
  const auto id = cluster.start_job({"--fixups", "off"});
  wait_for_machine(cluster, id);
  CHECK(bucket_is_empty(cluster));
  cluster.kill_9("worker-1");
  CHECK(all_ended(cluster));
  wait_for_machine(cluster, id);
  cluster.must({"job", "cancel", id});
  CHECK(all_ended(cluster));
  cluster.wait_for(id, "its end", [](const JobView& job) { return job.status == "Deleted"; });
  cluster.check_nothing_temporary();
  CHECK(cluster.images() == 0);
}

TEST_CASE("an image that boots passes the gate, also if its worker is killed amid the boot" *
          doctest::skip()) {
  const test::TempFolder folder;
  const auto disk = fs::path{folder / "system.raw"};
  test::sh("cp --sparse=always " + test::tiny_disk() + " " + disk.string());
  Cluster cluster{{.disks = {disk}}};
  const auto id = cluster.start_job(required);
  wait_for_machine(cluster, id);
  CHECK(bucket_is_empty(cluster));
  cluster.kill_9("worker-1");
  CHECK(all_ended(cluster));
  const auto done = cluster.wait_for_status(id, "Finished", 180s);
  CHECK(done.boot.outcome == "booted");
  CHECK(done.boot.firmware == "BIOS");
  CHECK(done.boot.milestones.size() >= 5);
  CHECK(done.boot.address == "10.0.2.15");
  cluster.check_finished(done, {disk});
  const auto console = read_file(fs::path{done.image_path} / "console.log");
  REQUIRE(console);
  CHECK(console->find("EDGEFERRY-BOOT-PROOF nonce=") != std::string::npos);
  CHECK(cluster.must({"image", "show", done.image}).find("\"outcome\": \"booted\"") !=
        std::string::npos);
  // The operator boots it again and stays at its console until Ctrl-] is typed.
  const auto shown = test::sh("printf '\\035' | " + program("edgeferry") + " --config " +
                              cluster.file().string() + " image boot --keep " + done.image);
  CHECK(shown.find("login:") != std::string::npos);
  CHECK(shown.find("booted in ") != std::string::npos);
  CHECK(shown.ends_with("The machine is off."));
}
