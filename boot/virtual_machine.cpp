// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/virtual_machine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/subprocess.hpp"
#include "boot/guest_traffic.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

/// The code of UEFI, and the variables it starts with.
struct UefiFiles {
  std::string code;
  std::string variables;
};

Result<UefiFiles> uefi_files() {
  const UefiFiles places[] = {
      {"/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"},  // Debian
      {"/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"},
  };
  for (const auto& place : places) {
    if (fs::exists(place.code) && fs::exists(place.variables)) return place;
  }
  return fail(Errc::program_missing, "UEFI for virtual machines is not installed here",
              "install the package ovmf");
}

/// QEMU's option parser ends a value at a comma; doubled, it is one. Absolute, because "nbd:x"
/// and "json:{...}" are other things than files.
std::string option_path(const fs::path& path) {
  std::string text;
  for (const char c : fs::absolute(path).string()) text.append(c == ',' ? 2 : 1, c);
  return text;
}

std::string mac_text() {
  std::string text;
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : guest_mac) {
    const auto byte = static_cast<unsigned char>(c);
    text += text.empty() ? "" : ":";
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

void add_disks(const std::vector<ImageFile>& disks, std::vector<std::string>& argv) {
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const auto id = "disk" + std::to_string(i);
    const std::string format = disks[i].format == ImageFormat::raw ? "raw" : "qcow2";
    argv.insert(argv.end(),
                {"-drive",
                 "if=none,snapshot=on,cache=unsafe,id=" + id + ",format=" + format +
                     ",file=" + option_path(disks[i].file),
                 "-device", "virtio-blk-pci,drive=" + id + ",bootindex=" + std::to_string(i)});
  }
}

/// The firmware's screen goes to the serial port too (graphics=off), so that a boot loader which
/// knows nothing of serial ports is seen. Without its ROM the network card can't be booted from.
/// Nobody sees the graphics card, but grub, which draws its menu by default, waits forever for one.
/// A guest that starts anew has failed, and would hide why.
Result<std::vector<std::string>> arguments(const VirtualMachine& machine,
                                           const std::string& traffic) {
  const bool kvm = machine.accelerator == Accelerator::kvm;
  // Distributions of today need more than QEMU's default processor has.
  std::vector<std::string> argv{
      "setpriv",
      "--pdeathsig",
      "KILL",
      "qemu-system-x86_64",
      "-nodefaults",
      "-no-user-config",
      "-name",
      "edgeferry-trial",
      "-machine",
      "q35,graphics=off",
      "-accel",
      kvm ? "kvm" : "tcg,thread=multi,tb-size=256",
      "-cpu",
      kvm ? "host" : "max,la57=off",
      "-m",
      std::to_string(machine.memory_mib),
      "-smp",
      std::to_string(limits::boot_cpus),
      "-display",
      "none",
      "-vga",
      "std",
      "-no-reboot",
      "-sandbox",
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
      "-chardev",
      "stdio,id=console,signal=off",
      "-serial",
      "chardev:console",
      "-device",
      "virtio-rng-pci",
      "-netdev",
      "user,id=net,restrict=on",
      "-device",
      "virtio-net-pci,netdev=net,romfile=,mac=" + mac_text(),
      "-object",
      "filter-dump,id=traffic,netdev=net,maxlen=" + std::to_string(limits::captured_bytes_max) +
          ",file=" + traffic};
  if (machine.firmware == Firmware::uefi) {
    const auto files = uefi_files();
    if (!files) return fail(files.error());
    argv.insert(argv.end(),
                {"-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + files->code, "-drive",
                 "if=pflash,unit=1,format=raw,snapshot=on,file=" + files->variables});
  }
  add_disks(machine.disks, argv);
  return argv;
}

Result<> check(const VirtualMachine& machine) {
  if (machine.disks.empty() || machine.disks.size() > limits::boot_disks_max) {
    return fail(Errc::invalid_argument, "a machine has 1 to " +
                                            std::to_string(limits::boot_disks_max) +
                                            " disks, not " + std::to_string(machine.disks.size()));
  }
  if (machine.memory_mib < limits::boot_memory_mib_min ||
      machine.memory_mib > limits::boot_memory_mib_max) {
    return fail(Errc::invalid_argument, "memory of " + std::to_string(machine.memory_mib) +
                                            " MiB is not in " +
                                            std::to_string(limits::boot_memory_mib_min) + ".." +
                                            std::to_string(limits::boot_memory_mib_max));
  }
  for (const auto& disk : machine.disks) {
    // Also refuses a qcow2 that refers to other files of this host, which the guest could read.
    if (auto info = image_info(disk.file, disk.format); !info) return fail(info.error());
  }
  return {};
}

void read_without_waiting(const Fd& fd) { ::fcntl(fd.get(), F_SETFL, O_NONBLOCK); }

/// The name by which another process opens what this one has open.
std::string name_for_others(const Fd& fd) {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd.get());
}

}  // namespace

std::string_view firmware_name(Firmware firmware) {
  return firmware == Firmware::bios ? "BIOS" : "UEFI";
}

std::string_view accelerator_name(Accelerator accelerator) {
  return accelerator == Accelerator::kvm ? "kvm" : "tcg";
}

Result<Firmware> firmware_for(const ImageFile& disk) {
  if (auto info = image_info(disk.file, disk.format); !info) return fail(info.error());
  const Fd sector{::memfd_create("sector", MFD_CLOEXEC)};
  if (!sector) return fail(errno_error(Errc::internal, "memfd_create"));
  const auto copied =
      run_ok({.argv = {"qemu-img", "dd", "-f", disk.format == ImageFormat::raw ? "raw" : "qcow2",
                       "-O", "raw", "bs=512", "count=1", "if=" + fs::absolute(disk.file).string(),
                       "of=" + name_for_others(sector)}});
  if (!copied) return fail(copied.error());
  std::array<char, 440> code{};  // behind it are the disk's number and the partitions
  if (auto got = read_at(sector, code.data(), code.size(), 0); !got) return fail(got.error());
  const bool empty = std::ranges::all_of(code, [](char c) { return c == 0; });
  return empty ? Firmware::uefi : Firmware::bios;
}

Result<RunningMachine> RunningMachine::start(const VirtualMachine& machine) {
  if (auto sound = check(machine); !sound) return fail(sound.error());
  auto in = make_pipe();
  auto out = make_pipe();
  auto err = make_pipe();
  auto traffic = make_pipe();
  for (const auto* made : {&in, &out, &err, &traffic}) {
    if (!*made) return fail(made->error());
  }
  const auto argv = arguments(machine, name_for_others(traffic->write));
  if (!argv) return fail(argv.error());
  auto pid = spawn(*argv, out->write.get(), err->write.get(), {}, in->read.get());
  if (!pid) return fail(pid.error());
  RunningMachine running;
  running.pid_ = *pid;
  running.console_ = std::move(out->read);
  running.keyboard_ = std::move(in->write);
  running.words_ = std::move(err->read);
  running.traffic_ = std::move(traffic->read);
  running.traffic_end_ = std::move(traffic->write);
  for (const auto* fd : {&running.console_, &running.words_, &running.traffic_}) {
    read_without_waiting(*fd);
  }
  return running;
}

RunningMachine::RunningMachine(RunningMachine&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      console_(std::move(other.console_)),
      keyboard_(std::move(other.keyboard_)),
      words_(std::move(other.words_)),
      traffic_(std::move(other.traffic_)),
      traffic_end_(std::move(other.traffic_end_)) {}

RunningMachine::~RunningMachine() { end(); }

int RunningMachine::end() {
  if (pid_ == 0) return 0;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace ferry
