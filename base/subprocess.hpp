// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs third-party programs by argument vector, never through a shell, with a
// time limit and their output captured up to a bound.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH
  std::chrono::seconds timeout{60};
  std::size_t output_bytes_max = 1 << 20;
  std::stop_token stop = {};  // ends the program early
  /// Called with each piece of standard output as it arrives, from the calling thread.
  std::function<void(std::string_view)> on_output = {};
};

struct CommandOutput {
  int exit_code = 0;
  std::string out;  // standard output, cut at output_bytes_max
  std::string err;
};

/// Runs to the end and returns the output whatever the exit code. Errors:
/// program_missing, program_timeout, canceled.
[[nodiscard]] Result<CommandOutput> run(const Command& command);
/// As run, but a non-zero exit code is program_failed with the last lines of stderr.
[[nodiscard]] Result<std::string> run_ok(const Command& command);

/// The end of what a program said, on one line.
[[nodiscard]] std::string last_lines(std::string_view text);

/// Starts a program (looked up in PATH) in a process group of its own and returns at once.
/// It reads from `in` (-1: /dev/null), writes to the two descriptors, inherits no other, and
/// starts with no signal blocked or ignored. Empty `environment`: this process's. Errors:
/// program_missing, program_failed.
[[nodiscard]] Result<pid_t> spawn(const std::vector<std::string>& argv, int out, int err,
                                  const std::vector<std::string>& environment = {}, int in = -1);

struct Pipe {
  Fd read;
  Fd write;
};
/// Both ends close when another program starts, unless they are given to it.
[[nodiscard]] Result<Pipe> make_pipe();

}  // namespace ferry
