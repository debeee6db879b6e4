// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/fault_kinds.hpp"

#include <algorithm>
#include <filesystem>

#include <unistd.h>

#include "base/subprocess.hpp"
#include "chaos/faulty_disk.hpp"

namespace ferry::chaos {
namespace {

constexpr const char* own_processes = "root, and nodes on this host";
constexpr const char* own_proxy = "a proxy between the nodes";
constexpr const char* own_disk = "root, nbdkit, nbdfuse, /dev/fuse and a free loop device";

Result<> need_root() {
  if (::geteuid() == 0) return {};
  return fail(Errc::not_root, "this needs root");
}

/// A clock of its own for child processes, moved by a second.
Result<> probe_clock() {
  auto done = run_ok({.argv = {"unshare", "--time", "--fork", "--monotonic", "1", "true"}});
  if (!done) return fail(done.error());
  return {};
}

}  // namespace

const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> kinds{
      {"kill_9", "kills the process of a node with SIGKILL", own_processes, false, false, true},
      {"stop", "stops a node with SIGSTOP, and lets it go on", own_processes, false, true, true},
      {"agent_restart", "ends an agent with SIGTERM; the launcher starts it again", own_processes,
       false, false, true},
      {"launcher_kill", "kills the launcher, and runs `cluster up` again", own_processes, false,
       true, false},
      {"net_cut", "lets no byte through between two nodes, without a word", own_proxy, true, true,
       true},
      {"net_reset", "resets the connections between two nodes", own_proxy, true, false, true},
      {"net_delay", "holds every byte between two nodes back for a while", own_proxy, true, true,
       true},
      {"net_throttle", "lets few bytes a second through between two nodes", own_proxy, true, true,
       true},
      {"net_corrupt", "flips bits of what travels between two nodes", own_proxy, true, true, true},
      {"full_disk", "fills the file system of a folder to its last byte",
       "root, and a file system of its own below the folder", false, true, false},
      {"io_error", "makes every read (source) or write (folders) fail with EIO", own_disk, true,
       true, false},
      {"slow_disk", "lets few bytes a second reach the disk of a folder", own_disk, true, true,
       false},
      {"clock_jump",
       "kills all processes and starts them with another monotonic clock, and back at the end; "
       "the wall clock belongs to the whole host and is never touched",
       "root, unshare and a kernel with time namespaces", true, true, false},
      {"corrupt_at_rest", "flips a bit of a target disk, after it was written",
       "a transition node on this host", false, false, false},
      {"remove_instance",
       "removes a transition instance's folder, which no product can survive: to see that the "
       "harness notices",
       "a transition node on this host", true, false, false},
  };
  return kinds;
}

const FaultKind& kind_of(std::string_view name) {
  return *std::ranges::find(fault_kinds(), name, &FaultKind::name);
}

std::vector<std::string_view> fault_kind_names() {
  std::vector<std::string_view> names;
  for (const auto& kind : fault_kinds()) names.push_back(kind.name);
  return names;
}

std::vector<std::string_view> lasting_kinds() {
  std::vector<std::string_view> names;
  for (const auto& kind : fault_kinds()) {
    if (kind.lasts) names.push_back(kind.name);
  }
  return names;
}

std::vector<std::string_view> node_kinds() {
  std::vector<std::string_view> names;
  for (const auto& kind : fault_kinds()) {
    if (kind.has_node) names.push_back(kind.name);
  }
  return names;
}

Result<> probe(std::string_view kind) {
  if (auto root = need_root(); !root) return root;
  if (kind == "io_error" || kind == "slow_disk") return probe_faulty_disk();
  if (kind == "clock_jump") return probe_clock();
  return {};
}

FaultListings list_faults() {
  FaultListings list;
  for (const auto& kind : fault_kinds()) {
    const auto possible = probe(kind.name);
    list.faults.push_back({std::string{kind.name}, std::string{kind.what}, kind.needs,
                           possible.has_value(), possible ? "" : possible.error().what});
  }
  return list;
}

}  // namespace ferry::chaos
