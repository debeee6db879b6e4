// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdlib>

#include "base/text.hpp"
#include "disk/preflight_rules.hpp"
#include "disk/signature.hpp"

namespace ferry::rules {
namespace {

bool is_above(std::uint64_t used, std::uint64_t all, std::uint64_t permille_max) {
  return used <= all && static_cast<double>(used) * 1000 >
                            static_cast<double>(all) * static_cast<double>(permille_max);
}

std::uint64_t used_bytes(const FilesystemUse& use) {
  return use.free <= use.size ? use.size - use.free : 0;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

const std::string ports =
    "let it reach the controller's port and ports 8080 and 8703 of the transition instance";

}  // namespace

void not_root(const Server& server, const Say& say) {
  if (!server.facts.running || server.facts.root) return;
  say("the agent is not root", "reading disks needs root", "run edgeferry-agent as root");
}

void clock_skew(const Server& server, const Say& say) {
  const auto its = server.facts.clock_ms;
  const auto ours = server.inventory.reported_ms;
  if (its <= 0 || ours <= 0) return;
  const std::chrono::milliseconds apart{its > ours ? its - ours : ours - its};
  if (apart <= limits::clock_slack) return;
  say("the server's clock is wrong",
      "it showed " + utc_text(its) + " when the controller had " + utc_text(ours),
      "let it keep time by NTP: certificates and logs of the image depend on it");
}

void cpu_busy(const Server& server, const Say& say) {
  const auto percent = server.facts.cpu_percent;
  if (percent <= limits::cpu_busy_percent_max) return;
  say("the processors are busy", std::to_string(percent) + " % when it was measured",
      "copying and compressing take processor time too: choose a quieter hour, less compression "
      "or a speed limit");
}

void memory_full(const Server& server, const Say& say) {
  const auto percent = server.facts.memory_percent;
  if (percent <= limits::memory_use_percent_max) return;
  say("the memory is used up", std::to_string(percent) + " % when it was measured",
      "the agent needs some too: choose a quieter hour, or end what is not needed");
}

void file_system_full(const Server& server, const Say& say) {
  const auto look = [&](const std::string& name, std::uint64_t used, std::uint64_t size) {
    if (!is_above(used, size, limits::space_use_permille_max)) return;
    say("the file system " + name + " is full",
        human_bytes(used) + " of " + human_bytes(size) + " are in use",
        "free some space: a system on a full file system may not start");
  };
  for (const auto& use : server.facts.filesystems) look(use.point, used_bytes(use), use.size);
  if (server.facts.running) return;
  for (const auto& disk : server.inventory.disks) {
    for (const auto& part : disk.partitions) {
      if (!is_ext(part.filesystem)) continue;
      look(disk.path + " partition " + std::to_string(part.number), part.used_bytes, part.size);
    }
  }
}

void inodes_used_up(const Server& server, const Say& say) {
  for (const auto& use : server.facts.filesystems) {
    if (use.free_inodes > use.inodes) continue;
    const auto used = use.inodes - use.free_inodes;
    if (!is_above(used, use.inodes, limits::inode_use_permille_max)) continue;
    say("the file system " + use.point + " has no inodes left",
        std::to_string(used) + " of " + std::to_string(use.inodes) + " are in use",
        "delete files that are not needed: no new file can be made");
  }
}

void little_space(const Server& server, const Say& say) {
  for (const auto& use : server.facts.filesystems) {
    const auto least = use.point == "/"       ? limits::fix_up_root_bytes_min
                       : use.point == "/boot" ? limits::fix_up_boot_bytes_min
                                              : 0;
    const bool few_inodes = use.inodes != 0 && use.free_inodes < limits::fix_up_inodes_min;
    if (least == 0 || (use.free >= least && !few_inodes)) continue;
    say("the file system " + use.point + " has little room for boot fix-ups",
        human_bytes(use.free) + " are free, " + human_bytes(least) + " and " +
            std::to_string(limits::fix_up_inodes_min) + " inodes are needed",
        "free some space: a new initramfs is made there");
  }
}

void outgoing_firewall(const Server& server, const Say& say) {
  if (server.facts.firewall.empty() || !server.facts.filters_output) return;
  say("a firewall decides about outgoing connections", join(server.facts.firewall), ports);
}

void incoming_firewall(const Server& server, const Say& say) {
  if (server.facts.firewall.empty() || server.facts.filters_output) return;
  say("a firewall is on, for incoming connections", join(server.facts.firewall),
      "the agent needs none; the image has the same rules");
}

void proxy(const Server& server, const Say& say) {
  if (server.facts.proxies.empty()) return;
  say("the agent's environment names a proxy, which it does not use", join(server.facts.proxies),
      ports + " without it");
}

}  // namespace ferry::rules
