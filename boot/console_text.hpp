// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a guest writes to its serial console, as lines that people and patterns can read: without
// the sequences that move a terminal's cursor or colour it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ferry {

class ConsoleText {
 public:
  /// Takes bytes as they arrive and returns the lines that end in them. A line longer than
  /// limits::console_line_bytes_max becomes several; empty ones are left out.
  [[nodiscard]] std::vector<std::string> take(std::string_view bytes);
  /// The line begun: prompts have no end.
  [[nodiscard]] const std::string& begun() const { return line_; }

 private:
  enum class State : std::uint8_t { text, escape, sequence };

  /// Returns true if the byte ends the line.
  [[nodiscard]] bool ends_line(char c);
  [[nodiscard]] bool sequence_ends_line(char c);

  State state_ = State::text;
  std::string parameters_;  // of the sequence that has begun
  std::string line_;
  int row_ = 1;  // of the cursor, as far as it is told
};

/// True if the pieces of a pattern such as "EXT4-fs (*): mounted*" stand in the line in this order,
/// with anything before, between and behind them. A '$' at its end: nothing but blanks may follow.
[[nodiscard]] bool shows(std::string_view line, std::string_view pattern);

}  // namespace ferry
