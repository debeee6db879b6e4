// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The program that the kernel runs as it completes the requests of a disk: it marks the blocks
// of all that aren't reads, in memory shared with this process. It is the whole of what is put
// into the kernel, which proves it before, and is gone with the last of its descriptors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"

namespace ferry {

// The memory is an array of elements, since a kernel may allow no larger ones than 4 MiB. The
// first has the counts, the others a byte for each limits::tracked_block_bytes of the disk.
inline constexpr std::uint32_t mark_element_bytes = 4096;
inline constexpr std::uint32_t mark_request_bytes_max = 32 * limits::mib;  // larger: discards

struct MarkCounts {
  std::uint64_t sectors;    // of 512 bytes, of all requests but reads
  std::uint64_t too_large;  // 1: a request was too large to be marked
};

struct Marking {
  Fd map;    // to be mapped into memory
  Fd event;  // the program runs for as long as it is open
};

/// Needs root and Linux 5.5. Error: source_unsupported.
[[nodiscard]] Result<Marking> start_marking(dev_t disk, std::uint64_t elements);

/// Errors that say that writes can't be tracked, and why.
[[nodiscard]] Error untracked(std::string what);
[[nodiscard]] Error untracked_by_errno(std::string_view doing);

}  // namespace ferry
