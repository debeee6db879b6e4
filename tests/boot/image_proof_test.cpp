// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an image's files say, on copies of a real disk that were broken one thing at a time, and the
// proof by a planted marker.
#include "boot/image_proof.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/file.hpp"
#include "tests/boot/tiny_disk.hpp"
#include "tests/images/lvm_image.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

namespace fs = std::filesystem;

ImageProofReport check(const std::string& disk, std::optional<BootTrial> boot = {},
                       const BootObserver& observer = {}) {
  Result<ImageProofReport> report = fail(Errc::internal, "");
  std::thread{[&] {
    report = prove_image({{{disk, ImageFormat::raw}}, std::move(boot)}, observer);
  }}.join();
  if (!report) FAIL(to_string(report.error()));
  return std::move(*report);
}

/// Names with levels: "critical fstab_device_missing".
std::vector<std::string> names_of(const ImageProofReport& report) {
  std::vector<std::string> names;
  for (const auto& f : report.findings) {
    names.push_back(std::string{level_name(f.level)} + " " + f.name);
  }
  return names;
}

bool has(const ImageProofReport& report, const std::string& name) {
  return std::ranges::count(names_of(report), name) == 1;
}

/// Commands of debugfs that give a file other lines.
std::string with_file(const TempFolder& folder, const std::string& path, const std::string& text) {
  const auto file = folder / "text";
  REQUIRE(write_file_durably(file, text));
  return "rm " + path + "\\nwrite " + file + " " + path + "\\n";
}

constexpr auto own_root = "UUID=0e0a72a5-5e2d-4e0f-9d65-edfe00000001 / ext4 ro 0 1\n";
constexpr auto other_uuid = "UUID=0e0a72a5-0000-4e0f-9d65-edfe00000009";

/// Waits on this host's loopback for a guest that gets out.
class Listener {
 public:
  Listener() : fd_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd_.get(), 4) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] unsigned port() const { return port_; }
  [[nodiscard]] bool was_called() const {
    pollfd entry{fd_.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) > 0;
  }

 private:
  Fd fd_;
  unsigned port_ = 0;
};

ImageProofReport check_with_fstab(const std::string& line) {
  const TempFolder folder;
  return check(broken_disk(folder, with_file(folder, "/etc/fstab", own_root + line + "\n")));
}

ImageProofReport check_with_menu(const std::string& linux_line) {
  const TempFolder folder;
  return check(broken_disk(folder, with_file(folder, "/boot/grub/grub.cfg", linux_line + "\n")));
}

}  // namespace

TEST_CASE("a sound image has nothing critical, and is told how it starts") {
  const auto before = sh("sha256sum < " + tiny_disk());
  const auto report = check(tiny_disk());
  CHECK(report.is_sound());
  CHECK(names_of(report) == std::vector<std::string>{"info boot_loader"});
  CHECK(report.findings[0].what == "the image can be started by BIOS and UEFI");
  CHECK(sh("sha256sum < " + tiny_disk()) == before);
}

TEST_CASE("an entry of fstab that a boot waits for has to be on the disks") {
  const auto report = check_with_fstab(std::string{other_uuid} + " /data ext4 defaults 0 2");
  CHECK(!report.is_sound());
  CHECK(has(report, "critical fstab_device_missing"));
  CHECK(report.findings[0].evidence.find("/etc/fstab:2: UUID=0e0a72a5-0000") == 0);
  CHECK(check_with_fstab(std::string{other_uuid} + " /data ext4 nofail 0 2").is_sound());
  CHECK(check_with_fstab("tmpfs /tmp tmpfs defaults 0 0\nnas:/x /nas nfs defaults 0 0").is_sound());
  const auto swap = check_with_fstab(std::string{other_uuid} + " none swap sw 0 0");
  CHECK(swap.is_sound());
  CHECK(has(swap, "warning fstab_device_missing"));
  CHECK(has(check_with_fstab("/dev/sdb1 /data ext4 defaults 0 2"), "critical fstab_old_name"));
}

TEST_CASE("a swap of a sleeping system that is on none of the disks is told") {
  const auto with = [](const std::string& resume) {
    return check_with_menu("linux /boot/vmlinuz-" + kernel() + " console=ttyS0 root=LABEL=root " +
                           resume);
  };
  const auto report = with(std::string{"resume="} + other_uuid);
  CHECK(report.is_sound());
  CHECK(has(report, "warning resume_device_missing"));
  CHECK(!has(with("resume=LABEL=root"), "warning resume_device_missing"));
  CHECK(!has(with("resume=none"), "warning resume_device_missing"));
}

TEST_CASE("the boot menu needs an entry whose kernel and root are there") {
  const auto linux = "linux /boot/vmlinuz-" + kernel() + " console=ttyS0 root=";
  CHECK(check_with_menu(linux + "LABEL=root").is_sound());
  CHECK(has(check_with_menu(linux + "/dev/sda2"), "critical boot_entry_broken"));
  CHECK(has(check_with_menu(linux + other_uuid), "critical boot_entry_broken"));
  CHECK(has(check_with_menu("linux /boot/vmlinuz-0 console=ttyS0"), "critical boot_entry_broken"));
  // Nobody knows which entry is the default.
  CHECK(has(check_with_menu(linux + "LABEL=root\n" + linux + "/dev/sda2"),
            "warning boot_entry_broken"));
  CHECK(has(check_with_menu("linux /boot/vmlinuz-" + kernel() + " root=LABEL=root quiet"),
            "warning no_serial_console"));
  CHECK(has(check_with_menu("# nothing"), "warning boot_menu_missing"));
}

TEST_CASE("a kernel whose initramfs lacks the drivers of virtual disks is critical") {
  const TempFolder folder;
  const auto initrd = "/boot/initrd.img-" + kernel();
  sh("cd " + folder.path.string() + " && echo init | cpio -o -H newc --quiet > small || true");
  const auto report = check(broken_disk(
      folder, "rm " + initrd + "\\nwrite " + (folder / "small") + " " + initrd + "\\n"));
  CHECK(has(report, "critical initramfs_lacks_drivers"));
  CHECK(report.findings[0].evidence.find("virtio_blk") != std::string::npos);
}

TEST_CASE("a root on a logical volume whose initramfs has no lvm is critical") {
  const LvmImage image{[](const std::filesystem::path&) {}};
  CHECK(has(check(image.raw), "critical initramfs_lacks_lvm"));
  const LvmImage sound{[](const std::filesystem::path& guest) {
    std::filesystem::rename(guest / "usr/share/good",
                            guest / ("boot/initrd.img-" + std::string{small_kernel}));
  }};
  CHECK(!has(check(sound.raw), "critical initramfs_lacks_lvm"));
}

TEST_CASE("an image that neither BIOS nor UEFI can start is critical") {
  const TempFolder folder;
  const auto disk = broken_disk(folder, "quit\\n");
  sh("dd if=/dev/zero of=" + disk + " bs=512 seek=1 count=1 conv=notrunc status=none");
  auto report = check(disk);
  CHECK(report.findings.back().what == "the image can be started by UEFI");
  sh("mdel -i " + disk + "@@1M ::/EFI/BOOT/BOOTX64.EFI");
  report = check(disk);
  CHECK(has(report, "critical no_boot_loader"));
}

TEST_CASE("a server boots from its own loader, a marker proves it, it reaches nobody, and stays") {
  const TempFolder folder;
  const TempFolder temporary;
  const Listener listener;
  // The address by which a guest reaches this host's loopback where its network is open.
  const auto disk =
      broken_disk(folder, with_file(folder, "/etc/at-boot",
                                    "busybox nc -w 3 10.0.2.2 " + std::to_string(listener.port()) +
                                        " </dev/null\necho AT-BOOT nc=$? >/dev/console\n"));
  const auto before = sh("sha256sum < " + disk);
  auto trial = trial_of(disk);
  trial.log_file = folder / "console";
  std::vector<Milestone> told;
  BootObserver observer;
  observer.on_milestone = [&](const Reached& r) { told.push_back(r.milestone); };
  ::setenv("TMPDIR", temporary.path.c_str(), 1);
  const auto report = check(disk, trial, observer);
  ::unsetenv("TMPDIR");
  CHECK(report.is_sound());
  REQUIRE(report.boot);
  CHECK(report.boot->booted);
  CHECK(!report.boot->cause);
  CHECK(report.boot->accelerator == Accelerator::tcg);
  CHECK(report.boot->address == "10.0.2.15");
  for (const auto milestone : {Milestone::firmware, Milestone::boot_loader, Milestone::kernel,
                               Milestone::root, Milestone::network, Milestone::marker}) {
    INFO(milestone_name(milestone));
    CHECK(std::ranges::count(told, milestone) == 1);
  }
  CHECK(std::ranges::is_sorted(report.boot->reached, {}, &Reached::ms));
  CHECK(report.marker.starts_with("EDGEFERRY-BOOT-PROOF nonce=boot-"));
  REQUIRE(report.proof);
  CHECK(report.proof->state == "started");
  CHECK(report.proof->failed_units.empty());
  CHECK(report.proof->addresses == std::vector<std::string>{"10.0.2.15/24"});
  CHECK(sh("grep -c '" + report.marker + "' " + trial.log_file) == "1");
  CHECK(sh("grep -c 'AT-BOOT nc=1' " + trial.log_file) == "1");
  CHECK(!listener.was_called());
  CHECK(sh("sha256sum < " + disk) == before);
  CHECK(fs::is_empty(temporary.path));
}

TEST_CASE("what a marker's line says is read, whatever else is in it") {
  const auto proof = parse_boot_proof(
      "login: [ 9.1] EDGEFERRY-BOOT-PROOF nonce=boot-1 state=degraded failed=a.service,b.mount, "
      "addresses=10.0.2.15/24, end");
  CHECK(proof.state == "degraded");
  CHECK(proof.failed_units == std::vector<std::string>{"a.service", "b.mount"});
  CHECK(proof.addresses == std::vector<std::string>{"10.0.2.15/24"});
  CHECK(parse_boot_proof("failed=,,,,").failed_units.empty());
  CHECK(parse_boot_proof("failed=1,2,3,4,5,6,7,8,9").failed_units.size() ==
        limits::evidence_lines_max);
}
