// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/memory.hpp"

#include <sstream>
#include <string>

#include "base/file.hpp"
#include "base/limits.hpp"

namespace ferry {

std::optional<Memory> read_memory() {
  std::istringstream text{read_file("/proc/meminfo", 64 * limits::kib).value_or("")};
  Memory memory;
  std::optional<std::uint64_t> available;
  for (std::string line; std::getline(text, line);) {
    std::istringstream words{line};
    std::string key;
    std::uint64_t kib = 0;
    words >> key >> kib;
    if (key == "MemTotal:") memory.total = kib * limits::kib;
    if (key == "MemAvailable:") available = kib * limits::kib;
  }
  if (!available || *available > memory.total) return {};
  memory.available = *available;
  return memory;
}

}  // namespace ferry
