# shellcheck shell=bash
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# What every script here shares: where the tree is, how it speaks, how it stops,
# and how it becomes root. Sourced, never run.

# shellcheck disable=SC2034  # used by the scripts that source this
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script_name=$(basename "$0")
script_started=$SECONDS

say() { printf '[%3ds] %s\n' "$((SECONDS - script_started))" "$*"; }
die() {
  printf '%s: %s\n' "$script_name" "$*" >&2
  exit 1
}

# Runs one command as root: directly, or through sudo for a normal user.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "'$1' needs root and sudo is absent. Fix: run this script as root."
  fi
}

# Starts the calling script again as root: require_root "$@"
require_root() {
  [ "$(id -u)" = 0 ] && return
  command -v sudo >/dev/null || die "needs root and sudo is absent. Fix: run it as root."
  exec sudo -E "$0" "$@"
}

# require_program NAME...: stops with the way to get them when one is absent.
require_program() {
  # A normal user's PATH on Debian has no sbin.
  PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
  local program missing=()
  for program in "$@"; do command -v "$program" >/dev/null || missing+=("$program"); done
  [ ${#missing[@]} = 0 ] || die "missing: ${missing[*]}. Fix: run scripts/install-packages --run."
}

# Prints the comment at the head of the calling script, which is its manual.
print_manual() { awk 'NR > 4 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; }
