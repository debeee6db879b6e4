# shellcheck shell=bash disable=SC2154,SC2034  # shared with scripts/package-test
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/package-test: an instance that a job borrows, with systemd. The job is one of
# cluster_test, in a container whose systemd runs the nodes of the instance.

services() {
  inside systemctl list-units --plain --no-legend 'edgeferry-machine-*.service' |
    cut -d ' ' -f 1 | grep .
}
ended() { ! kill -0 "$1"; }

test_machine() {
  local root=$work/machine borrowing unit devices=() device
  "$tree/scripts/build" dev cluster_test
  make_debian_root
  unpack_root "$root"
  for device in /dev/fuse /dev/loop-control /dev/loop[0-9]*; do devices+=(--bind="$device"); done
  mkdir -p "$root/etc/edgeferry"
  # The emulated cloud's; workers on instances without a role have them from there.
  printf 'ALIBABA_CLOUD_ACCESS_KEY_ID=test-id\nALIBABA_CLOUD_ACCESS_KEY_SECRET=%s\n' \
    "$(sed -n 's/.*secret = "\(.*\)".*/\1/p' "$tree/tests/cluster/emulated_cloud.hpp")" \
    >"$root/etc/edgeferry/machine.env"
  boot "$root" --bind-ro="$tree" "${devices[@]}"
  inside env FERRY_MACHINE_SERVICES=1 "$tree/build/dev/tests/cluster/cluster_test" \
    '--test-case=a job moves a server through an instance that was there before*' \
    >"$work/borrowing.log" 2>&1 &
  borrowing=$!
  wait_until 120 "the instance's nodes are a service" services
  unit=$(services)
  expect "which a reboot would start" inside test -L \
    "/etc/systemd/system/multi-user.target.wants/$unit"
  expect "all of it is killed" inside systemctl kill --signal=KILL "$unit"
  wait_until 300 "the job ends all the same" ended "$borrowing"
  wait "$borrowing" || die "the job failed: $(tail -n 30 "$work/borrowing.log")"
  refute "nothing of the service is left" services
  refute "and no unit" inside sh -c 'find /etc/systemd/system | grep edgeferry-machine'
  halt
}
