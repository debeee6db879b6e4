# shellcheck shell=bash disable=SC2154,SC2034  # shared with scripts/package-test
# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# A small cluster for scripts/package-test, on this host or in a container, and one job of it.
# Each part sets `cli` to how `edgeferry` is called there.

host_cluster=''

# write_cluster_file FILE STATE ADVERTISE: at any address, told to others as ADVERTISE.
write_cluster_file() {
  cat >"$1" <<END
[cluster]
name  = "packages"
state = "$2"

[limits]
system_disk_min = "16 MiB"
data_disk_min   = "1 MiB"

[[node]]
name      = "controller"
role      = "controller"
listen    = "tcp://*:7443"
advertise = "$3"

[[node]]
name      = "transition-1"
role      = "transition"
control   = "tcp://*:8080"
data      = "tcp://*:8703"
advertise = "$3"

[[node]]
name = "worker-1"
role = "worker"
END
}

# Words before a command that runs in a network of this test's own, where 10.0.2.2 is this host, as
# it is for a virtual machine.
in_network=()
network_pid=''
make_network() {
  unshare --net sleep infinity &
  network_pid=$!
  wait_until 5 "a network of its own" test ! /proc/self/ns/net -ef "/proc/$network_pid/ns/net"
  in_network=(nsenter --target "$network_pid" --net)
  "${in_network[@]}" ip link set lo up
  "${in_network[@]}" ip address add 10.0.2.2/32 dev lo
}

# What runs in that network beside the cluster, by its own number: a function in the background would
# have the number of a shell, whose end leaves it behind.
other_pid=''
stop_other() {
  [ -n "$other_pid" ] || return 0
  kill "$other_pid" 2>/dev/null || true
  wait "$other_pid" 2>/dev/null || true
  other_pid=''
}

start_host_cluster() {
  make_network
  write_cluster_file "$work/cluster.toml" "$work/state" 10.0.2.2
  host_cluster=$work/cluster.toml
  cli=("${in_network[@]}" "$tree/build/dev/edgeferry" --config "$host_cluster")
  expect "a cluster runs on this host" "${in_network[@]}" "$tree/build/dev/edgeferry" cluster up \
    "$host_cluster" --detach
  wait_until 20 "its controller answers" "${cli[@]}" source list
}

stop_host_cluster() {
  if [ -n "$host_cluster" ]; then
    "${in_network[@]}" "$tree/build/dev/edgeferry" cluster down "$host_cluster" >/dev/null 2>&1 || true
  fi
  if [ -n "$network_pid" ]; then
    kill "$network_pid" 2>/dev/null || true
    wait "$network_pid" 2>/dev/null || true
  fi
  host_cluster='' network_pid=''
}

make_code() { "${cli[@]}" activation create --quota 1 --json | jq -r '[.. | .code? | strings][0]'; }

# The source servers that are available, one a line.
sources() {
  "${cli[@]}" source list --json |
    jq -r '.. | objects | select((.state? // .status?) == "Available") | .source_id? // .id?'
}
has_source() { [ -n "$(sources)" ]; }

# start_job SOURCE [OPTION...]: sets $job.
start_job() {
  local source=$1
  shift
  job=$("${cli[@]}" job create --source "$source" --name packages --boot-proof off "$@" --json |
    jq -r '[.. | objects | (.job_id? // .job? // .id?) | strings][0]')
  expect "job $job is started" "${cli[@]}" job start "$job"
}
job_state() { "${cli[@]}" job show "$job" --json | jq -r '[.. | .status? | strings][0]'; }
job_is() { [ "$(job_state)" = "$1" ]; }
# Fails at once for a job that has failed, so that nobody waits for it.
job_finished() {
  [ "$(job_state)" != InError ] ||
    die "the job failed: $("${cli[@]}" job events "$job" | tail -n 3)"
  job_is Finished
}
