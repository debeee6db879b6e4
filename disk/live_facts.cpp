// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/live_facts.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"
#include "base/memory.hpp"
#include "base/subprocess.hpp"
#include "disk/firewall.hpp"
#include "disk/mounts.hpp"
#include "disk/nics.hpp"

namespace ferry {
namespace {

constexpr std::chrono::milliseconds cpu_measured_for{200};

struct CpuTime {
  std::uint64_t busy = 0;
  std::uint64_t all = 0;
};

/// "cpu  user nice system idle iowait irq softirq steal ...", in ticks of all processors.
std::optional<CpuTime> cpu_time() {
  std::istringstream line{sysfs_text("/proc/stat")};
  std::string name;
  std::array<std::uint64_t, 8> ticks{};
  line >> name;
  for (auto& tick : ticks) line >> tick;
  if (!line || name != "cpu") return std::nullopt;
  CpuTime time;
  for (const auto tick : ticks) time.all += tick;
  time.busy = time.all - ticks[3] - ticks[4];
  return time;
}

int cpu_percent() {
  const auto before = cpu_time();
  std::this_thread::sleep_for(cpu_measured_for);
  const auto after = cpu_time();
  if (!before || !after || after->all <= before->all || after->busy < before->busy) return -1;
  return static_cast<int>((after->busy - before->busy) * 100 / (after->all - before->all));
}

/// What can be had without swapping counts as free.
int memory_percent() {
  const auto memory = read_memory();
  if (!memory || memory->total == 0) return -1;
  return static_cast<int>((memory->total - memory->available) * 100 / memory->total);
}

/// Those on block devices only: a server of a network file system that is gone would keep us.
void read_filesystems(ServerFacts& facts) {
  auto mounts = read_mounts();
  std::ranges::sort(mounts, {}, [](const Mount& mount) { return mount.point.size(); });
  std::set<dev_t> seen;
  for (const auto& mount : mounts) {
    if (major(mount.device) == 0 || !mount.writable || !seen.insert(mount.device).second) continue;
    struct statvfs use {};
    if (::statvfs(mount.point.c_str(), &use) != 0 || use.f_blocks == 0) continue;
    if (facts.filesystems.size() >= limits::facts_listed_max) break;
    facts.filesystems.push_back({mount.point, mount.filesystem, use.f_blocks * use.f_frsize,
                                 use.f_bfree * use.f_frsize, use.f_files, use.f_ffree});
  }
}

/// Names only: their values may hold passwords.
void read_proxies(ServerFacts& facts) {
  for (const auto* name :
       {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') facts.proxies.emplace_back(name);
  }
}

void read_boot_loader_version(ServerFacts& facts) {
  if (facts.boot_loader != "grub") return;
  for (const auto* program : {"grub-install", "grub2-install"}) {
    const auto printed =
        run_ok({.argv = {program, "--version"}, .timeout = std::chrono::seconds{2}});
    if (printed) facts.boot_loader_version = grub_version(*printed);
    if (!facts.boot_loader_version.empty()) return;
  }
}

}  // namespace

std::string grub_version(const std::string& printed) {
  constexpr std::string_view before = "(GRUB) ";
  const auto start = printed.find(before);
  if (start == std::string::npos) return {};
  const auto version = printed.substr(start + before.size(), limits::finding_text_max);
  return version.substr(0, version.find_first_of(" \r\n"));
}

void read_live_facts(ServerFacts& facts) {
  facts.running = true;
  facts.root = ::geteuid() == 0;
  facts.cpu_percent = cpu_percent();
  facts.memory_percent = memory_percent();
  read_filesystems(facts);
  read_firewall(facts);
  read_proxies(facts);
  facts.static_addresses = read_static_addresses();
  facts.layered_nics = read_layered_nics();
  read_boot_loader_version(facts);
  if (const auto enforced = sysfs_text("/sys/fs/selinux/enforce"); !enforced.empty()) {
    facts.selinux = enforced == "1" ? "enforcing" : "permissive";
  }
  facts.clock_ms = wall_ms();
}

}  // namespace ferry
