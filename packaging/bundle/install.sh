#!/bin/sh
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# install.sh
#
# Puts this version of the agent under /opt/edgeferry-agent, makes it the current one, and has
# systemd start it, if there is systemd. An agent that runs goes on with the new version. May be
# run again, after it was cut off at any moment, too.
set -eu

place=/opt/edgeferry-agent
unit=/etc/systemd/system/edgeferry-agent.service
die() {
  echo "install.sh: $*" >&2
  exit 1
}

[ "$(id -u)" = 0 ] || die "needs root: it makes $place"
[ "$(uname -m)" = x86_64 ] || die "this is a $(uname -m); the agent is for x86_64"
# The C library in lib/ works from Linux 3.2 on.
kernel=$(uname -r)
major=${kernel%%.*}
rest=${kernel#*.}
minor=${rest%%[!0-9]*}
if [ "$major" -lt 3 ] || { [ "$major" = 3 ] && [ "${minor:-0}" -lt 2 ]; }; then
  die "this is Linux $kernel; the agent needs 3.2 or later"
fi

cd "$(dirname "$(readlink -f "$0")")"
version=$(cat VERSION)
[ "$PWD" != "$place/$version" ] || die "run it from where the archive was unpacked"
"./edgeferry-agent" --version >/dev/null || die "the agent does not run on this system"

mkdir -p "$place"
rm -rf "$place/.new"
mkdir "$place/.new"
cp -R . "$place/.new/"
if [ -e "$place/$version" ]; then
  # The same version once more: what may be in use is moved, and removed below.
  rm -rf "$place/.old"
  mv "$place/$version" "$place/.old"
fi
mv "$place/.new" "$place/$version"
ln -sfn "$version" "$place/current.new"
mv -T "$place/current.new" "$place/current"
mkdir -p /usr/local/bin
ln -sfn "$place/current/edgeferry-agent" /usr/local/bin/edgeferry-agent

if [ -d /run/systemd/system ] || [ -d /lib/systemd/system ] || [ -d /usr/lib/systemd/system ]; then
  mkdir -p /etc/systemd/system
  cp edgeferry-agent.service "$unit.new"
  mv "$unit.new" "$unit"
  systemctl enable edgeferry-agent.service >/dev/null 2>&1 ||
    die "systemd does not take $unit: systemctl enable edgeferry-agent.service says why"
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # Starts nothing before this server is registered.
    systemctl restart edgeferry-agent.service
  fi
  how=--service
else
  how=--background
  echo "There is no systemd here: after each boot, have this started:"
  echo "  $place/current/edgeferry-agent run"
fi

for old in "$place"/* "$place/.old"; do
  case $old in
    "$place/current" | "$place/$version") ;;
    *) rm -rf "$old" ;;
  esac
done
echo "edgeferry-agent $version is installed. Next:"
echo "  edgeferry-agent check"
echo "  edgeferry-agent register --controller tcp://HOST:7443 --code CODE $how"
