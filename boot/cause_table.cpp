// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/cause_table.hpp"

namespace ferry {
namespace {

/// A boot that shows one of these waits for a person, or for ever.
constexpr std::string_view dead_end_patterns[] = {
    "No bootable device",
    "BdsDxe: No bootable option or device was found",
    "UEFI Interactive Shell",
    "grub rescue>",
    "Minimal BASH-like line editing is supported",
    "error: you need to load the kernel first",
    "Missing operating system",
    "Operating system load error",
    "Could not find kernel image",
    "(initramfs)",
    "initramfs emergency recovery shell launched",
    "dracut:/#",
    "Generating \"/run/initramfs/rdsosreport.txt\"",
    "You are in emergency mode",
    "Cannot open access to console, the root account is locked",
    "Give root password for maintenance",
    "Kernel panic - not syncing",
};

constexpr std::string_view fix_ups =
    "run 'edgeferry image fixups --rebuild' on the mounted image, and boot it again";

constexpr CauseRule rules[] = {
    {.name = "host_too_busy",
     // The console that says so is the device that is waited for.
     .signs = {"IO-APIC + timer doesn't work", "Timed out waiting for device*/dev/ttyS0"},
     .witness = {"MP-BIOS bug: 8254 timer not connected", "Timed out waiting for device"},
     .what =
         "the machine had no time to give the kernel its timer, or the system its devices: this "
         "host has too much to do, and the image has nothing to do with it",
     .next_step = "boot it again when the host has less to do, or with --accel kvm"},
    {.name = "no_boot_loader_bios",
     .signs = {"No bootable device", "Boot failed: not a bootable disk"},
     .what = "the BIOS finds nothing to start on the disks",
     .next_step =
         "give the system disk first; if the server starts by UEFI, use --firmware uefi; "
         "else write its boot loader anew: 'edgeferry image fixups --rebuild --boot-disk'"},
    {.name = "no_boot_loader_uefi",
     .signs = {"BdsDxe: No bootable option or device was found", "UEFI Interactive Shell"},
     .witness = {"BdsDxe: failed to load"},
     .what = "UEFI finds nothing to start on the disks: no EFI/BOOT/BOOTX64.EFI on an EFI system "
             "partition",
     .next_step = "give the system disk first; if the server starts by BIOS, use --firmware bios; "
                  "else put a boot loader at EFI/BOOT/BOOTX64.EFI"},
    {.name = "boot_sector_broken",
     .signs = {"Missing operating system", "Operating system load error", "Invalid partition table",
               "Geom Error", "Read Error"},
     .what = "the boot sector runs, but finds no boot loader behind it",
     .next_step = "write the boot loader anew: 'edgeferry image fixups --rebuild --boot-disk'"},
    {.name = "boot_loader_lost_partition",
     .signs = {"error: no such partition"},
     .witness = {"grub rescue>"},
     .what = "the boot loader looks for its files on a partition that the disk doesn't have",
     .next_step =
         "give the disks in the source's order; if the partitions are others now, write the "
         "boot loader anew: 'edgeferry image fixups --rebuild --boot-disk'"},
    {.name = "boot_loader_lost_device",
     .signs = {"error: no such device", "error: no such cryptodisk found",
               "error: disk `*' not found"},
     .witness = {"grub rescue>", "error: *"},
     .what = "the boot loader looks for a file system by a UUID or name that no disk here has",
     .next_step =
         "give all disks of the server; if its file systems were made anew, rebuild the boot "
         "menu: 'edgeferry image fixups --rebuild'"},
    {.name = "kernel_missing",
     .signs = {"error: file `*vmlinu*' not found", "error: file `*bzImage*' not found",
               "error: file `*/linux*' not found", "Could not find kernel image"},
     .witness = {"error: *"},
     .what = "the boot menu names a kernel that is not on the disk",
     .next_step = fix_ups},
    {.name = "initramfs_missing",
     .signs = {"error: file `*init*' not found"},
     .witness = {"error: *", "VFS: Unable to mount root fs"},
     .what = "the boot menu names an initramfs that is not on the disk",
     .next_step = fix_ups},
    {.name = "boot_loader_file_missing",
     .signs = {"error: file `*' not found", "error: unknown filesystem",
               "Failed to load ldlinux.c32", "Failed to load COM32 file"},
     // It can do without some of its files, such as a font.
     .also = {"grub rescue>", "Minimal BASH-like line editing is supported", "Failed to load"},
     .what = "the boot loader can't read files of its own",
     .next_step = "write the boot loader anew: 'edgeferry image fixups --rebuild --boot-disk'"},
    {.name = "boot_menu_missing",
     .signs = {"Minimal BASH-like line editing is supported",
               "No DEFAULT or UI configuration directive found"},
     .what = "the boot loader has no menu, and waits for commands",
     .next_step = fix_ups},
    {.name = "out_of_memory",
     .signs = {"System is deadlocked on memory", "Out of memory and no killable processes",
               "Initramfs unpacking failed: write error", "error: out of memory",
               "Compulsory panic_on_oom", "Out of memory: Killed process"},
     .witness = {"Kernel panic - not syncing"},
     .what = "the machine has too little memory for this system",
     .next_step = "give it more with --memory"},
    {.name = "processor_too_old",
     .signs = {"Fatal glibc error: CPU does not support", "This kernel requires an * CPU",
               "kernel too old"},
     .what = "the system needs another processor or kernel than the machine has",
     .next_step = "choose an instance type with a newer processor; with KVM here use --accel kvm"},
    {.name = "disk_driver_missing",
     .signs = {"ALERT!*does not exist", "Gave up waiting for root", "dracut-initqueue*timeout",
               "Warning: /dev/* does not exist", "Cannot open root device", "Mounting root*failed"},
     .disks = Disks::missing,
     .witness = {"Kernel panic - not syncing", "(initramfs)"},
     .what = "the kernel sees no disk at all: its initramfs lacks the driver of virtual disks "
             "(virtio_blk, virtio_pci), so it finds no root file system",
     .next_step = fix_ups},
    {.name = "root_wrong",
     .signs = {"ALERT!*does not exist", "Gave up waiting for root", "dracut-initqueue*timeout",
               "Warning: /dev/* does not exist", "Cannot open root device", "Mounting root*failed"},
     .disks = Disks::seen,
     .witness = {"[vda]", "[sda]", "nvme0n1: ", "Kernel panic - not syncing"},
     .what = "the kernel sees disks, but none has the root file system that root= names",
     .next_step = "give all disks of the server; else correct root= to the root's UUID: 'edgeferry "
                  "image fixups --volume ... --rebuild'"},
    {.name = "root_not_found",
     .signs = {"ALERT!*does not exist", "Gave up waiting for root", "dracut-initqueue*timeout",
               "Warning: /dev/* does not exist", "Cannot open root device", "Mounting root*failed"},
     .witness = {"Kernel panic - not syncing", "(initramfs)"},
     .what = "the root file system is not found. Whether its disk lacks a driver or root= names "
             "another one, the quiet kernel doesn't tell",
     .next_step = "give all disks of the server; else 'edgeferry image fixups --volume ... "
                  "--rebuild' gives the initramfs its drivers and root= the right UUID"},
    {.name = "root_unmountable",
     .signs = {"Unable to mount root fs"},
     .witness = {"Kernel command line*root=", "No filesystem could mount root"},
     .what = "the kernel can't mount its root file system, mostly because it was started without "
             "the initramfs that has the drivers",
     .next_step = fix_ups},
    {.name = "init_missing",
     .signs = {"No working init found", "Requested init * failed",
               "Target filesystem doesn't have "
               "requested",
               "No init found. Try passing init=", "run-init: can't execute",
               "switch_root: can't execute", "Failed to switch root"},
     .what = "the root file system is mounted and has no program to start as init",
     .next_step = "check that root= names the root and not another file system of the server, and "
                  "that /sbin/init is in it"},
    {.name = "init_died",
     .signs = {"Attempted to kill init!"},
     .witness = {"Kernel panic - not syncing", "init*: "},
     .what = "the first program of the system ended, and the kernel with it",
     .next_step = "read its last words above the panic with --log FILE"},
    {.name = "file_system_damaged",
     .signs = {"UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY", "Failed to start*File System Check",
               "Failed to start*systemd-fs", "systemctl status*systemd-fsck", "EXT4-fs error",
               "Corruption detected. Unmount and run xfs_repair", "Metadata corruption detected"},
     .also = {"You are in emergency mode", "Cannot open access to console", "(initramfs)",
              "Give root password for maintenance", "Kernel panic"},
     .what = "a file system is damaged and can't repair itself",
     .next_step =
         "repair it on the source or in the image (fsck), and migrate it anew if the source "
         "was sound"},
    {.name = "mount_failed",
     .signs = {"Timed out waiting for device", "Failed to mount ", "Dependency failed for /",
               "Dependency failed for *.mount"},
     .also = {"You are in emergency mode", "Cannot open access to console",
              "Give root password for maintenance"},
     .witness = {"Timed out waiting for device", "Failed to mount ", "Dependency failed for"},
     .what =
         "the system insists on a mount of /etc/fstab that it doesn't get, and goes to emergency "
         "mode",
     .next_step = "give the disk that holds it; else take the entry out of /etc/fstab or add "
                  "'nofail': 'edgeferry image fixups' does it for disks that stay behind"},
    {.name = "emergency_mode",
     .signs = {"You are in emergency mode", "Cannot open access to console",
               "Give root password for maintenance", "Entering emergency mode"},
     .witness = {"Failed to start", "Dependency failed for", "[FAILED]"},
     .what = "the system has gone to emergency mode and waits for a person",
     .next_step = "the units named failed: read why with --log FILE, or look with --keep"},
    {.name = "panic",
     .signs = {"Kernel panic - not syncing"},
     .witness = {"RIP: ", "BUG: "},
     .what = "the kernel gave up",
     .next_step = "read the lines before the panic with --log FILE"},
    {.name = "initramfs_shell",
     .signs = {"(initramfs)", "dracut:/#", "initramfs emergency recovery shell launched",
               "Generating \"/run/initramfs/rdsosreport.txt\""},
     .witness = {"Warning: ", "FATAL: ", "ALERT! "},
     .what = "the initramfs could not go on and waits for a person",
     .next_step = fix_ups},
};

}  // namespace

std::span<const CauseRule> cause_rules() { return rules; }
std::span<const std::string_view> dead_ends() { return dead_end_patterns; }

}  // namespace ferry
