# shellcheck shell=bash disable=SC2154,SC2034  # shared with scripts/package-test
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/package-test: the agent's archive on an old kernel, by which a system migrates
# itself while it runs. Linux 4.4 has neither openat2, close_range, pidfd nor fsopen.

# make_old_server IMAGE CODE: the disk of a server of 2016, whose first process registers the agent
# with the code, and has another write to the disk.
make_old_server() {
  local image=$1 code=$2 root=$work/old archive=edgeferry-agent-$version-linux-x86_64
  make_old_root
  unpack_root "$root"
  mkdir -p "$work/boot" "$root/tmp" "$root/srv" "$root/etc/edgeferry/freeze-hooks.d"
  cp "$root"/boot/vmlinuz-* "$work/boot/vmlinuz"
  # Its other drivers for virtual machines are within the kernel. Without this one a machine that
  # has just booted has no random numbers for keys, and waits for them.
  find "$root/lib/modules" -name virtio-rng.ko -exec cp '{}' "$root/virtio-rng.ko" ';'
  rm -rf "${root:?}/boot" "${root:?}"/lib/modules/* "$root/lib/firmware" \
    "$root/usr/share"/{doc,man,locale}
  tar -C "$root/tmp" -xzf "$packages/$archive.tar.gz"
  # The agent asks the boot loader for its version; here it tells what it was started with. It is
  # asked if the agent finds its configuration, by a link within the root.
  mkdir -p "$root/boot/grub" "$root/usr/sbin"
  echo 'menuentry x {}' >"$root/boot/grub/real.cfg"
  ln -s /boot/grub/real.cfg "$root/boot/grub/grub.cfg"
  cat >"$root/usr/sbin/grub-install" <<'END'
#!/bin/sh
echo "LIBRARIES $(grep -c edgeferry-agent /proc/self/maps) $(env | grep -c ^LD_)" >/dev/console
echo 'grub-install (GRUB) 2.02'
END
  chmod 755 "$root/usr/sbin/grub-install"
  printf '/dev/vda / ext4 defaults 0 1\n' >"$root/etc/fstab"
  printf 'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="16.04"\nPRETTY_NAME="Ubuntu 16.04"\n' \
    >"$root/etc/os-release"
  cat >"$root/first" <<END
#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mount -t tmpfs run /run; mount -o remount,rw /
insmod /virtio-rng.ko
ip link set lo up; ip link set eth0 up; ip address add 10.0.2.15/24 dev eth0
echo "KERNEL \$(uname -r)"
/tmp/$archive/install.sh
edgeferry-agent check --json >/run/check.json; echo "CHECK \$(tr -d '\\n ' </run/check.json)"
(while :; do date >>/srv/written; sleep 0.2; done) &
edgeferry-agent --state /run/agent register --controller tcp://10.0.2.2:7443 --code "\$(cat /code)"
echo "AGENT ENDED"
poweroff -f
END
  chmod 755 "$root/first"
  printf '%s' "$code" >"$root/code"
  truncate -s 768M "$image"
  mke2fs -q -t ext4 -O ^metadata_csum_seed,^orphan_file -d "$root" "$image"
}

system_is_known() { "${cli[@]}" source list --json | grep -q 'Ubuntu 16.04'; }
is_said() { grep -q "$1" "$work/serial.log"; }

test_kernel() {
  start_host_cluster
  make_old_server "$work/old.raw" "$(make_code)"
  : >"$work/serial.log"
  "${in_network[@]}" qemu-system-x86_64 -accel tcg,thread=multi -machine q35 -cpu qemu64 -smp 2 -m 512 \
    -nographic -no-reboot -serial "file:$work/serial.log" -monitor none \
    -kernel "$work/boot/vmlinuz" -append 'root=/dev/vda ro console=ttyS0 init=/first quiet' \
    -drive "file=$work/old.raw,format=raw,if=virtio,cache=unsafe" \
    -device virtio-rng-pci -netdev user,id=net -device virtio-net-pci,netdev=net </dev/null >"$work/qemu.log" 2>&1 &
  other_pid=$!
  wait_until 90 "the server boots with its own kernel" is_said '^KERNEL 4\.4\.'
  wait_until 60 "the agent is installed there" is_said 'is installed'
  wait_until 60 "programs that it calls get the libraries of the system" is_said '^LIBRARIES 0 0'
  wait_until 60 "it looks at the server" is_said '^CHECK {.*"hostname"'
  wait_until 60 "the source server is available" has_source
  expect "its system is known" system_is_known
  start_job "$(sources)" --fixups off
  wait_until 600 "it migrates itself while it is written to" job_finished
  "${cli[@]}" job show "$job" --json >"$work/job.json"
  say "  consistency: $(jq -r '[.. | .consistency? | strings][0]' "$work/job.json")," \
    "pause $(jq -r '[.. | .pause_ms? | numbers][0]' "$work/job.json") ms"
  refute "no file system was left out" is_said 'without being held still'
  stop_other
  stop_host_cluster
}
