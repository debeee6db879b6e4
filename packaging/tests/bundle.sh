# shellcheck shell=bash disable=SC2154,SC2034  # shared with scripts/package-test
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/package-test: the agent's archive on systems that are older than all it is made
# of. These are the oldest whose packages the usual mirrors still have.

# try_bundle ROOT: from its installation to a migration.
try_bundle() {
  local root=$1 archive=edgeferry-agent-$version-linux-x86_64 code
  local inside_root=("${in_network[@]}" chroot "$root" env -i HOME=/root
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
  mkdir -p "$root/opt" "$root/srv" "$root/tmp"
  tar -C "$root/tmp" -xzf "$packages/$archive.tar.gz"
  cp "$work/disk/system.raw" "$root/srv/"
  mount_kernel "$root"
  say "  C library: $(chroot "$root" ldd --version 2>&1 | head -n 1)"
  expect "the archive is installed" "${inside_root[@]}" "/tmp/$archive/install.sh"
  expect "and once more" "${inside_root[@]}" "/tmp/$archive/install.sh"
  expect "its unit starts at boot" test -L \
    "$root/etc/systemd/system/multi-user.target.wants/edgeferry-agent.service"
  expect "the agent starts" "${inside_root[@]}" edgeferry-agent --version
  # 1: tiny servers have critical findings; the answer counts.
  "${inside_root[@]}" edgeferry-agent check --disk /srv/system.raw --json \
    >"$work/check.json" || true
  expect "it looks at the server" jq -e .findings "$work/check.json"
  code=$(make_code)
  "${inside_root[@]}" edgeferry-agent register --controller tcp://10.0.2.2:7443 --code "$code" \
    --disk /srv/system.raw >"$work/agent.log" 2>&1 &
  other_pid=$!
  wait_until 30 "the source server is available" has_source
  local source
  source=$(sources)
  start_job "$source"
  wait_until 120 "a migration from there ends" job_finished
  expect "the agent is told to end" "${inside_root[@]}" edgeferry-agent --abort
  stop_other
  "${cli[@]}" job delete "$job" >/dev/null
  # Or it would still be available when the next one registers.
  expect "its source server is forgotten" "${cli[@]}" source delete "$source"
  expect "an uninstallation" "${inside_root[@]}" "/tmp/$archive/uninstall.sh" --purge
  refute "leaves nothing" sh -c "ls -d $root/opt/edgeferry-agent $root/var/lib/edgeferry-agent \
    $root/usr/local/bin/edgeferry-agent $root/etc/systemd/system/*edgeferry* \
    $root/etc/systemd/system/*/*edgeferry* 2>/dev/null | grep ."
  umount --recursive "$root/proc" "$root/sys" "$root/dev"
}

test_bundle() {
  "$tree/scripts/make-tiny-disk" "$work/disk" >/dev/null
  make_old_root
  start_host_cluster
  unpack_root "$work/xenial"
  try_bundle "$work/xenial"
  make_root bullseye bullseye '' minbase \
    systemd systemd-sysv iproute2 procps openssl
  unpack_root "$work/bullseye"
  try_bundle "$work/bullseye"
  stop_host_cluster
}
