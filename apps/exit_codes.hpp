// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the exit codes of edgeferry and edgeferry-agent mean: the same in every command. The
// manual pages and docs/command-line.md print this table.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ferry {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_paused = 3;
inline constexpr int exit_broken_config = 78;  // EX_CONFIG of sysexits.h
inline constexpr int exit_interrupted = 130;   // as shells tell SIGINT

struct ExitCode {
  std::string_view code;
  std::string_view meaning;
};

inline constexpr std::array exit_codes{
    ExitCode{"0", "Done. Of commands that check something: all is well."},
    ExitCode{"1",
             "Failed or refused. The error on standard error has a number and a next step. Of "
             "commands that check something: it is not as it should be."},
    ExitCode{"2", "The command line is not understood. Nothing was done."},
    ExitCode{"3", "job watch: the job is paused."},
    ExitCode{"78",
             "A file that configures edgeferry is broken: a cluster file, or the plan of a "
             "chaos run. Nothing was done."},
    ExitCode{"128+N",
             "Ended by signal N; 130 for Ctrl-C, and for q in job watch before the job has "
             "ended."},
};

/// The table as Markdown, as docs/command-line.md has it.
[[nodiscard]] inline std::string exit_code_reference() {
  std::string text = "| code | meaning |\n|---|---|\n";
  for (const auto& exit : exit_codes) {
    text.append("| ").append(exit.code).append(" | ").append(exit.meaning).append(" |\n");
  }
  return text;
}

}  // namespace ferry
