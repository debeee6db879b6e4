# shellcheck shell=bash disable=SC2154,SC2034  # shared with scripts/package-test
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# Roots of whole systems for scripts/package-test, and containers in which their systemd runs.
# Sourced by it; uses its $roots and $work.

container_pid='' leader='' mounted=()

# make_root NAME SUITE SOURCE VARIANT PACKAGE...: an archive of that system, made once.
make_root() {
  local name=$1 suite=$2 source=$3 variant=$4 list
  shift 4
  list=$(IFS=,; echo "$*")
  root_archive=$roots/$name-$(printf '%s' "$list$source" | sha256sum | cut -c 1-12).tar
  [ -e "$root_archive" ] && return
  say "making a root of $name"
  mmdebstrap --quiet --variant="$variant" "${@/#/--include=}" \
    "$suite" "$roots/new-$name.tar" ${source:+"$source"} >"$work/$name.log" 2>&1 || {
    tail -n 20 "$work/$name.log" >&2
    die "no root of $name can be made"
  }
  mv "$roots/new-$name.tar" "$root_archive"
}

# depends_of FILE: names of the packages that it needs, the first of alternatives.
depends_of() {
  dpkg-deb --field "$1" Depends | tr , '\n' |
    sed -e 's/|.*//' -e 's/(.*//' -e 's/[[:space:]]//g' -e '/^edgeferry/d'
}

# A Debian 12 with all that the packages need, and without them.
make_debian_root() {
  local needed
  mapfile -t needed < <({
    depends_of "$packages/edgeferry_$version-1_amd64.deb"
    depends_of "$packages/edgeferry-agent_$version-1_amd64.deb"
  } | sort -u)
  make_root bookworm bookworm '' minbase systemd systemd-sysv dbus procps "${needed[@]}"
}

# make_old_root: Ubuntu 16.04 (C library 2.23, systemd 229, Linux 4.4). Its systemd can't be set
# up outside of itself, so packages are unpacked and no more, which is enough to run programs.
make_old_root() {
  [ -n "${UBUNTU_MIRROR:-}" ] ||
    die "UBUNTU_MIRROR is not set. Fix: set it to a mirror of Ubuntu 16.04, http://HOST/ubuntu."
  make_root xenial xenial "deb [trusted=yes] $UBUNTU_MIRROR xenial main" extract \
    '?essential' systemd util-linux mount iproute2 procps kmod e2fsprogs openssl linux-image-generic
}

# unpack_root FOLDER: a fresh copy of the root that was made last.
unpack_root() {
  mkdir -p "$1"
  tar -C "$1" -xf "$root_archive"
}

# mount_kernel ROOT: what a chroot there needs of the kernel.
mount_kernel() {
  local folder
  for folder in proc sys dev; do
    mkdir -p "$1/$folder"
    mount --rbind "/$folder" "$1/$folder"
    mount --make-rslave "$1/$folder"
    mounted+=("$1/$folder")
  done
}

# boot ROOT [OPTION...]: runs its systemd in a container with a network of its own, and waits
# for it.
boot() {
  systemd-nspawn --quiet --register=no --keep-unit --private-network --directory="$1" \
    --machine=ferry-package-test --bind-ro="$work/packages:/packages" --boot --console=pipe "${@:2}" \
    </dev/null >>"$work/console.log" 2>&1 &
  container_pid=$!
  leader=''
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    [ -n "$leader" ] || leader=$(pgrep -P "$container_pid" -x systemd || true)
    if [ -n "$leader" ]; then
      case $(inside systemctl is-system-running 2>/dev/null || true) in
        running | degraded) return ;;
      esac
    fi
    sleep 0.2
  done
  die "the container does not boot: $(tail -n 5 "$work/console.log")"
}

# inside COMMAND...: runs it in the container.
inside() {
  nsenter --target "$leader" --all env -i HOME=/root LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

halt() {
  inside systemctl poweroff >/dev/null 2>&1 || true
  wait "$container_pid" || true
  container_pid='' leader=''
}

clean_up() {
  local folder
  stop_other
  stop_host_cluster
  if [ -n "$container_pid" ]; then
    kill "$container_pid" 2>/dev/null || true
    wait "$container_pid" 2>/dev/null || true
  fi
  for folder in "${mounted[@]}"; do umount --recursive "$folder" 2>/dev/null || true; done
  mounted=()
}

# expect WHAT COMMAND...: the command must succeed.
expect() {
  local what=$1
  shift
  if "$@" >"$work/expect.log" 2>&1; then
    say "  $what"
  else
    tail -n 20 "$work/expect.log" >&2
    die "not so: $what ($*)"
  fi
}

refute() {
  local what=$1
  shift
  if "$@" >"$work/expect.log" 2>&1; then die "not so: $what ($* succeeds)"; fi
  say "  $what"
}

# wait_until SECONDS WHAT COMMAND...
wait_until() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >"$work/expect.log" 2>&1; do
    [ "$SECONDS" -lt "$limit" ] || {
      tail -n 20 "$work/expect.log" >&2
      die "not in time: $what"
    }
    sleep 0.3
  done
  say "  $what"
}
