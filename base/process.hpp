// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Processes that this one did not start: named without doubt, and signalled without
// hitting a stranger that got the same number.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/file.hpp"

namespace ferry {

/// Names this boot of this machine; process numbers of another boot mean nothing.
[[nodiscard]] std::string boot_id();
/// Returns the start of the process in clock ticks since boot, 0 if it has ended.
[[nodiscard]] std::uint64_t start_ticks(std::int64_t pid);
/// Returns a handle of the process, or an empty one if that process has ended, even
/// if another has its number now.
[[nodiscard]] Fd open_process(std::int64_t pid, std::uint64_t start_ticks);
/// Returns a handle of a child of this process, which was not waited for yet.
[[nodiscard]] Fd open_child(std::int64_t pid);
void send_signal(const Fd& process, int number);
/// Returns true once the process has ended.
[[nodiscard]] bool wait_end(const Fd& process, std::chrono::milliseconds limit);

}  // namespace ferry
