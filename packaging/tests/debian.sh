# shellcheck shell=bash disable=SC2154,SC2034  # shared with scripts/package-test
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# Part of scripts/package-test: the life of the Debian packages on one machine.

# make_later PACKAGE LATER: the same programs by a higher version.
make_later() {
  dpkg-deb --raw-extract "$packages/$1" "$work/later"
  sed -i "s/^Version: .*/Version: $later-1/" "$work/later/DEBIAN/control"
  dpkg-deb -Zgzip -z1 --root-owner-group --build "$work/later" "$work/packages/$2" >"$work/later.log"
  rm -rf "$work/later"
}

# Times of the start of all processes of the cluster, which a restart changes.
started() { inside systemctl show --property ExecMainStartTimestampMonotonic "$1"; }
restarted() { [ "$(started "$1")" != "$2" ] && inside systemctl is-active "$1"; }
copying() {
  "${cli[@]}" job show "$job" --json | jq -e '[.. | .bytes_sent? | numbers] | add > 2000000'
}

test_debian() {
  local deb=edgeferry_$version-1_amd64.deb agent=edgeferry-agent_$version-1_amd64.deb
  local deb_later=edgeferry_$later-1_amd64.deb agent_later=edgeferry-agent_$later-1_amd64.deb
  local root=$work/debian before agent_before code source
  make_later "$deb" "$deb_later"
  make_later "$agent" "$agent_later"
  make_debian_root
  unpack_root "$root"

  # As an image of a machine is made: no systemd runs.
  cp "$packages/$deb" "$packages/$agent" "$root/tmp/"
  expect "both packages are installed where no systemd runs" chroot "$root" \
    dpkg --install "/tmp/$deb" "/tmp/$agent"
  expect "the agent's unit starts at boot" test -L \
    "$root/etc/systemd/system/multi-user.target.wants/edgeferry-agent.service"
  expect "the controller has a user" grep -q '^edgeferry:' "$root/etc/passwd"
  expect "systemd takes the units" systemd-analyze verify --root="$root" \
    edgeferry-agent.service edgeferry@x.service edgeferry-controller@x.service

  write_cluster_file "$root/etc/edgeferry/site.toml" /var/lib/edgeferry 127.0.0.1
  sed -n '1,/^advertise/p' "$root/etc/edgeferry/site.toml" >"$root/etc/edgeferry/alone.toml"
  "$tree/scripts/make-tiny-disk" "$work/disk" >/dev/null
  cp "$work/disk/system.raw" "$root/srv/"
  boot "$root"
  refute "an agent that is not registered does not run" inside systemctl is-active edgeferry-agent
  refute "and has not failed" inside systemctl is-failed edgeferry-agent
  expect "a controller alone is started" inside systemctl start edgeferry-controller@alone
  cli=(inside edgeferry --config /etc/edgeferry/alone.toml)
  wait_until 30 "it answers" "${cli[@]}" source list
  expect "it is no root's" \
    test "$(inside stat --format %U /var/lib/edgeferry/controller.db)" = edgeferry
  expect "and stops" inside systemctl stop edgeferry-controller@alone
  inside rm -rf /var/lib/edgeferry

  cli=(inside edgeferry --config /etc/edgeferry/site.toml)
  expect "a cluster is enabled" inside systemctl enable --now edgeferry@site
  wait_until 30 "its controller answers" "${cli[@]}" source list
  code=$(make_code)
  expect "a server is registered, and systemd runs its agent" inside edgeferry-agent register \
    --controller tcp://127.0.0.1:7443 --code "$code" --disk /srv/system.raw --service
  expect "the agent runs" inside systemctl is-active edgeferry-agent
  wait_until 30 "the source server is available" has_source
  source=$(sources)

  start_job "$source" --fixups off --bandwidth 4 --compression 0
  wait_until 60 "the job copies" copying
  before=$(started edgeferry@site) agent_before=$(started edgeferry-agent)
  expect "an upgrade while the job copies" inside dpkg --install \
    "/packages/$deb_later" "/packages/$agent_later"
  # shellcheck disable=SC2016  # dpkg-query's own
  expect "the new version is there" inside dpkg-query --show --showformat '${Version}' edgeferry
  expect "it runs the cluster" restarted edgeferry@site "$before"
  expect "it runs the agent" restarted edgeferry-agent "$agent_before"
  wait_until 30 "its controller answers" "${cli[@]}" source list
  expect "the job is faster from now on" "${cli[@]}" job modify "$job" --bandwidth 0
  wait_until 120 "the job of the old version ends with the new one" job_finished

  halt
  boot "$root"
  wait_until 30 "after a reboot the controller answers" "${cli[@]}" source list
  wait_until 30 "and the agent is there" has_source

  expect "a removal" inside dpkg --remove edgeferry edgeferry-agent
  refute "leaves no process" inside pgrep --full /usr/bin/edgeferry
  expect "keeps the journal" inside ls /var/lib/edgeferry/controller.db
  expect "and the registration" inside ls /var/lib/edgeferry-agent/registration
  expect "an installation after it" inside dpkg --install \
    "/packages/$deb_later" "/packages/$agent_later"
  expect "the cluster is started" inside systemctl start edgeferry@site
  wait_until 30 "the same source server is there" has_source
  expect "a purge" inside dpkg --purge edgeferry edgeferry-agent
  cp "$work/expect.log" "$work/purge.log"
  expect "says what stays" grep -q 'cluster files in /etc/edgeferry' "$work/purge.log"
  refute "leaves no process" inside pgrep --full /usr/bin/edgeferry
  refute "no state" inside ls /var/lib/edgeferry /var/lib/edgeferry-agent
  refute "no links to units" inside sh -c \
    'ls /etc/systemd/system/*.wants/ | grep edgeferry'
  expect "and the operator's cluster file" inside ls /etc/edgeferry/site.toml
  halt
}
