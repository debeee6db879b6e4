// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The last log lines of a process, in two files of a folder that outlive it. What is in stderr
// belongs to whoever started the process; these are for diagnostics (docs/diagnostics.md). A line
// begins with its moment in UTC, so that lines are in order as text is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace ferry::log {

/// The file that grows; the one before it is kept_log_older.
inline constexpr std::string_view kept_log_name = "edgeferry.log";
inline constexpr std::string_view kept_log_older = "edgeferry.1.log";

/// From now on every line of this process goes to the folder as well, which is made if it isn't
/// there. `node` as for log::start. Call once from main before other threads start.
[[nodiscard]] Result<> keep(const std::filesystem::path& folder, std::string_view node);

/// Returns "2026-11-23T07:45:48.250Z", as a kept line begins.
[[nodiscard]] std::string moment_text(std::int64_t unix_ms);

/// Which of the kept lines, by the clock that wrote them.
struct LogSpan {
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::size_t bytes_max = 0;  // older lines are left out
};
struct LogLines {
  std::string lines;
  std::uint64_t bytes_left_out = 0;
  std::int64_t last_ms = 0;  // of the last line; 0: there is none
};
/// Reads what a process has kept there, also while it goes on. None is no error.
[[nodiscard]] Result<LogLines> read_kept(const std::filesystem::path& folder, const LogSpan& span);

}  // namespace ferry::log
