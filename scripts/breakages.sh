# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# One thing that a migration meets, broken on the disk of a healthy server, for scripts/fidelity-full.
# Sourced, never run.
# shellcheck disable=SC2034,SC2154  # its variables are those of that script

# Names, in the order of the table: what each breaks is in break_NAME below.
breakages=(initramfs-without-virtio root-wrong fstab-dead uefi-loader-hidden network-static
  fstab-old-names crypttab-dead resume-dead initramfs-missing boot-code-missing)
declare -A expected=(
  [initramfs-without-virtio]=initramfs_lacks_drivers [root-wrong]=boot_entry_broken
  [fstab-dead]=fstab_device_missing [uefi-loader-hidden]=no_boot_loader
  [network-static]=network_silent [fstab-old-names]=fstab_old_name
  [crypttab-dead]=crypttab_device_missing [resume-dead]=resume_device_missing
  [initramfs-missing]=initramfs_lacks_drivers [boot-code-missing]=no_boot_loader
)
dead=11111111-2222-3333-4444-555555555555

# Called in the guest's mounted root.
break_initramfs-without-virtio() {
  local initrd
  initrd=$(echo boot/initrd.img-*)
  echo MODULES=list >etc/initramfs-tools/conf.d/small
  # The server's own tool, which would warn of a root it does not see.
  for folder in dev proc; do mount --bind "/$folder" "$folder"; done
  chroot . update-initramfs -u -k "${initrd#boot/initrd.img-}" >/dev/null 2>&1
  umount dev proc
}
break_root-wrong() { sed -i "s/root=UUID=[^ ]*/root=UUID=$dead/" boot/grub/grub.cfg; }
break_fstab-dead() { echo "UUID=$dead /backup ext4 defaults 0 2" >>etc/fstab; }
break_uefi-loader-hidden() { :; } # as Debian installs it
break_network-static() {
  printf 'auto lo\niface lo inet loopback\n\nallow-hotplug ens18\n%s\n' \
    "iface ens18 inet static
  address 192.0.2.10/24" >etc/network/interfaces
}
break_fstab-old-names() { sed -i 's|^UUID=[^ ]* / |/dev/sda2 / |' etc/fstab; }
break_crypttab-dead() { echo "vault UUID=$dead none luks" >>etc/crypttab; }
break_resume-dead() { echo "RESUME=UUID=$dead" >etc/initramfs-tools/conf.d/resume; }
break_initramfs-missing() { rm boot/initrd.img-*; }
break_boot-code-missing() { dd if=/dev/zero of="$1" bs=440 count=1 conv=notrunc status=none; }

# prepare NETWORK: mends $disk.
prepare() {
  "$program" image prepare --disk "$disk" --format raw --scratch "$out/disk" --network "$1" \
    >"$log" 2>&1 || { what="prepare: $(tail -n 1 "$log")"; return 1; }
}

# run_broken NAME: breaks it; it has to be named, mended and to boot.
run_broken() {
  local name=$1 firmware=bios disk=$out/disk/system.raw log=$out/$case.log root=$out/disk/mnt
  local begun=$SECONDS at named
  [ "$name" != uefi-loader-hidden ] || firmware=uefi
  [ -n "${expected[$name]:-}" ] || { what="no such breakage"; return 1; }
  [ -s "$out/healthy-$firmware/system.raw" ] ||
    "$tree/scripts/make-guest" "$out/healthy-$firmware" "$firmware" >"$log" 2>&1 ||
    { what="make-guest: $(tail -n 1 "$log")"; return 1; }
  mkdir -p "$root"
  cp --sparse=always "$out/healthy-$firmware/system.raw" "$disk"
  at=$(sfdisk -J "$disk" | jq '.partitiontable.partitions[1].start * 512')
  mount -o "loop,offset=$at" "$disk" "$root"
  (cd "$root" && "break_$name" "$disk") || { umount -R "$root"; what="could not be broken"; return 1; }
  umount "$root"
  made=$((SECONDS - begun)) begun=$SECONDS

  if [ "$name" = network-static ]; then
    # Only its boot shows it, and that only on a serial console.
    prepare as-is || return 1
    answer=$("$program" image check "$disk" --boot --accel tcg --timeout 900 --json) || true
  else
    answer=$("$program" image check "$disk" --json) || true
  fi
  named=$(jq -r '[.findings[]?.name, .boots[0].causes[]?.name] | join(" ")' <<<"$answer")
  case " $named " in
    *" ${expected[$name]} "*) ;;
    *) what="not named: ${named:-nothing}"; return 1 ;;
  esac
  prepare dhcp || return 1
  moved=$((SECONDS - begun))
  proven "$case" "$disk" || return 1
  rm -rf --one-file-system "$out/disk"
  what="named ${expected[$name]}, mended"
}
