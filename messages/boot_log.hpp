// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a guest said on its serial console while its image was seen to boot, or not to.
#pragma once

#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// Of a job's newest boot proof. not_found if there was none yet.
struct GetBootLog {
  std::string job;
  FERRY_MESSAGE("job.get_boot_log", job)
};
struct BootLog {
  std::string image;          // m-...
  std::vector<char> console;  // its end, as the guest wrote it; at most limits::boot_log_bytes_max
  FERRY_MESSAGE("job.boot_log", image, console)
};

}  // namespace ferry
