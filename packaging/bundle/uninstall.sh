#!/bin/sh
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# uninstall.sh [--purge]
#
# Ends the agent and removes what install.sh has put there. Key and registration stay in
# /var/lib/edgeferry-agent, unless --purge removes them, too.
set -eu

place=/opt/edgeferry-agent
unit=/etc/systemd/system/edgeferry-agent.service
state=/var/lib/edgeferry-agent
[ "$(id -u)" = 0 ] || {
  echo "uninstall.sh: needs root: it removes $place" >&2
  exit 1
}

if [ -e "$unit" ]; then
  if [ -d /run/systemd/system ]; then
    systemctl stop edgeferry-agent.service
  fi
  systemctl disable edgeferry-agent.service >/dev/null 2>&1 || true
  rm -f "$unit"
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
fi
# One that runs in the background. There may be none.
[ ! -e "$place/current" ] || "$place/current/edgeferry-agent" --abort 2>/dev/null || true
[ "$(readlink /usr/local/bin/edgeferry-agent)" != "$place/current/edgeferry-agent" ] ||
  rm -f /usr/local/bin/edgeferry-agent
rm -rf "$place"
if [ "${1:-}" = --purge ]; then
  rm -rf "$state"
  echo "The controller still knows this server: edgeferry source delete"
elif [ -e "$state" ]; then
  echo "The key and the registration of this server stay in $state"
fi
