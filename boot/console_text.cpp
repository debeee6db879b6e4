// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/console_text.hpp"

#include <charconv>
#include <utility>

#include "base/limits.hpp"

namespace ferry {

/// Firmware that mirrors a screen moves the cursor within a row for no reason that shows; in
/// another row something else is written.
bool ConsoleText::sequence_ends_line(char c) {
  constexpr std::size_t parameters_bytes_max = 16;
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x40) {
    if (parameters_.size() < parameters_bytes_max) parameters_ += c;
    return false;
  }
  state_ = State::text;
  if (c != 'H' && c != 'f') return c == 'J';
  int row = 1;
  std::from_chars(parameters_.data(), parameters_.data() + parameters_.size(), row);
  return std::exchange(row_, row) != row;
}

bool ConsoleText::ends_line(char c) {
  if (state_ == State::sequence) return sequence_ends_line(c);
  if (state_ == State::escape) {
    state_ = c == '[' ? State::sequence : State::text;
    return false;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\n') ++row_;
  if (c == '\n' || c == '\r') return true;
  if (c == '\x1b') {
    state_ = State::escape;
    parameters_.clear();
  } else if (c == '\t') {
    line_ += ' ';
  } else if (byte >= ' ' && byte != 0x7f) {
    line_ += c;
  }
  return line_.size() >= limits::console_line_bytes_max;
}

std::vector<std::string> ConsoleText::take(std::string_view bytes) {
  std::vector<std::string> lines;
  for (const char c : bytes) {
    if (!ends_line(c)) continue;
    if (line_.find_first_not_of(' ') != std::string::npos) lines.push_back(line_);
    line_.clear();
  }
  return lines;
}

bool shows(std::string_view line, std::string_view pattern) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end) {
    pattern.remove_suffix(1);
    while (line.ends_with(' ')) line.remove_suffix(1);
  }
  for (;;) {
    const auto star = pattern.find('*');
    const auto piece = pattern.substr(0, star);
    if (star == std::string_view::npos) {
      return to_the_end ? line.ends_with(piece) : line.find(piece) != std::string_view::npos;
    }
    const auto at = line.find(piece);
    if (at == std::string_view::npos) return false;
    line.remove_prefix(at + piece.size());
    pattern.remove_prefix(star + 1);
  }
}

}  // namespace ferry
