// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/host.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>
#include <vector>

#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr std::size_t os_release_bytes_max = 64 * limits::kib;
constexpr std::size_t text_max = 256;

/// The text comes from a disk that we do not control and ends in logs and tables.
std::string printable(std::string text) {
  if (text.size() > text_max) text.resize(text_max);
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return text;
}

std::string first_line(const std::string& text) {
  const auto start = text.find_first_not_of(" \t");
  if (start == std::string::npos) return {};
  const auto line = text.substr(start, text.find('\n', start) - start);
  return printable(line.substr(0, line.find_last_not_of(" \t\r") + 1));
}

/// Takes shell quotes off a value of os-release.
std::string unquote(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  std::string plain;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    plain.push_back(value[i]);
  }
  return printable(plain);
}

void read_os_release(const ServerTree& tree, OsFacts& facts) {
  auto text = tree.read("etc/os-release", os_release_bytes_max);
  if (!text) text = tree.read("usr/lib/os-release", os_release_bytes_max);
  if (!text) return;
  std::istringstream lines{*text};
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    const auto key = std::string_view{line}.substr(0, equals);
    const auto value = unquote(std::string_view{line}.substr(equals + 1));
    if (key == "ID") facts.id = value;
    if (key == "VERSION_ID") facts.version = value;
    if (key == "PRETTY_NAME") facts.name = value;
  }
  // The field is optional and "linux" its documented default.
  if (facts.id.empty()) facts.id = "linux";
}

std::string newest(const std::vector<std::string>& names, std::string_view prefix) {
  std::string best;
  for (const auto& name : names) {
    if (!name.starts_with(prefix) || name.find("rescue") != std::string::npos) continue;
    const auto version = name.substr(prefix.size());
    if (best.empty() || ::strverscmp(version.c_str(), best.c_str()) > 0) best = version;
  }
  return printable(best);
}

/// The e_machine field of an ELF program, as uname would name it.
std::string elf_architecture(std::string_view head) {
  if (head.size() < 20 || !head.starts_with("\x7f"
                                            "ELF")) {
    return {};
  }
  const auto byte = [&](std::size_t at) { return unsigned{static_cast<unsigned char>(head[at])}; };
  const bool big = byte(5) == 2;
  switch (big ? byte(18) << 8 | byte(19) : byte(19) << 8 | byte(18)) {
    case 3: return "i686";
    case 21: return big ? "ppc64" : "ppc64le";
    case 22: return "s390x";
    case 40: return "armv7l";
    case 62: return "x86_64";
    case 183: return "aarch64";
    case 243: return "riscv64";
    case 258: return "loongarch64";
    default: return "unknown";
  }
}

}  // namespace

OsFacts os_of(const ServerTree& tree) {
  OsFacts facts;
  read_os_release(tree, facts);
  if (const auto name = tree.read("etc/hostname", 4096)) facts.hostname = first_line(*name);
  facts.kernel = newest(tree.list("boot"), "vmlinuz-");
  // With /boot on a partition of its own the modules still tell.
  if (facts.kernel.empty()) facts.kernel = newest(tree.list("lib/modules"), "");
  for (const auto* program : {"bin/sh", "usr/bin/env", "sbin/init", "usr/sbin/sshd"}) {
    if (const auto head = tree.read(program, 64)) facts.architecture = elf_architecture(*head);
    if (!facts.architecture.empty()) break;
  }
  return facts;
}

OsFacts running_os() {
  const auto tree = tree_below("/");
  auto facts = tree ? os_of(*tree) : OsFacts{};
  utsname system{};
  if (::uname(&system) == 0) {
    facts.hostname = system.nodename;
    facts.kernel = system.release;
    facts.architecture = system.machine;
  }
  return facts;
}

void fill_machine(Inventory& inventory) {
  const auto text = read_file("/proc/cpuinfo").value_or("");
  const auto model = text.find("model name");
  const auto colon = text.find(':', model);
  if (model != std::string::npos && colon != std::string::npos) {
    inventory.cpu_model = first_line(text.substr(colon + 1, text_max));
  }
  const auto cpus = ::sysconf(_SC_NPROCESSORS_ONLN);
  inventory.cpu_count = cpus > 0 ? static_cast<std::uint32_t>(cpus) : 1;
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  const auto page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && page_bytes > 0) {
    inventory.memory_bytes =
        static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  }
}

}  // namespace ferry
