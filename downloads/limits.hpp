// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The bounds of what source servers download.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/limits.hpp"

namespace ferry::limits {

inline constexpr std::uint64_t agent_archive_bytes_max = 256 * mib;
inline constexpr std::size_t agent_archives_max = 32;          // looked at in the folder
inline constexpr std::size_t agent_folder_entries_max = 1000;  // of all kinds
/// Downloads at once; more are told to come again. Each takes one thread of the server.
inline constexpr std::size_t agent_downloads_max = 16;
inline constexpr std::size_t client_downloads_max = 4;          // to one address
inline constexpr std::chrono::minutes agent_download_time{15};  // for one, however slow
inline constexpr std::chrono::seconds agent_download_pause{5};  // until it may be tried again
inline constexpr std::size_t download_piece_bytes = 256 * kib;  // read at once
/// What an archive takes when it is unpacked, and the copy that is installed, in its own sizes.
inline constexpr std::uint64_t unpacked_times = 8;

}  // namespace ferry::limits
