# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# What the scripts that build disks of servers share: unpacked Debian systems that are kept for the
# next time, and images as devices with partitions. Sourced after lib.sh, never run.

suite=bookworm
cache=${XDG_CACHE_HOME:-$HOME/.cache}/edgeferry
loop=

# unpacked PACKAGES: sets $tarball to a Debian with these packages, made only when no earlier run
# has left it.
unpacked() {
  local key
  key=$(printf '%s %s 1' "$suite" "$1" | sha256sum | cut -c 1-16)
  tarball=$cache/root-$suite-$key.tar.zst
  [ ! -s "$tarball" ] || return 0
  say "unpacking Debian $suite, 1 to 3 minutes, kept for the next time"
  mkdir -p "$cache"
  # </dev/null: mmdebstrap would read a list of mirrors from standard input.
  mmdebstrap --quiet --variant=minbase --include="$1" \
    --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    "$suite" "$cache/.new.$$.tar" ${EDGEFERRY_MIRROR:+"$EDGEFERRY_MIRROR"} </dev/null ||
    die "mmdebstrap failed; its words are above. Fix: check that the Debian archive can be reached."
  zstd -q -3 -T0 --rm "$cache/.new.$$.tar" -o "$cache/.new.$$.zst"
  mv "$cache/.new.$$.zst" "$tarball"
}

# unpack FOLDER: fills it from $tarball. Not by a pipe: tar ends before the padding does, and
# what writes into the pipe would be the one that fails.
unpack() {
  tar -C "$1" -I zstd --xattrs --xattrs-include='*' --numeric-owner -xpf "$tarball"
}

# attach IMAGE: sets $loop. losetup -P depends on a partition parser in the kernel,
# partx brings its own. Without udev or devtmpfs the nodes are made by hand.
attach() {
  loop=$(losetup -f --show "$1") ||
    die "no loop device. Fix: modprobe loop, or start the container with --privileged."
  partx -d "$loop" >/dev/null 2>&1 || true
  partx -a "$loop"
  local part name
  for part in /sys/class/block/"$(basename "$loop")"p*; do
    name=/dev/$(basename "$part")
    [ -b "$name" ] || mknod "$name" b "$(cut -d: -f1 "$part/dev")" "$(cut -d: -f2 "$part/dev")"
  done
}

# Partitions that partx added outlive the loop device and would show up on the next
# image in the same one, so they go first.
detach() {
  [ -n "$loop" ] || return 0
  partx -d "$loop" >/dev/null 2>&1 || true
  losetup -d "$loop"
  loop=
}

# unmount FOLDER...: those that are mounted.
unmount() {
  local folder
  for folder in "$@"; do
    ! mountpoint -q "$folder" || umount "$folder" || umount -l "$folder"
  done
}
