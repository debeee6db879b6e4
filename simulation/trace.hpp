// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What happened in a run, in order: the last lines for people, a digest of all of it to
// prove that two runs were the same.
#pragma once

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <string>
#include <string_view>

namespace ferry::sim {

class Trace {
 public:
  /// Writes every line to `out` as well, if there is one. With details it has each
  /// frame, which costs about half of the simulator's speed.
  Trace(std::ostream* out, bool detailed) : out_(out), detailed_(detailed) {}

  void note(std::int64_t at_us, std::string_view who, std::string_view what);
  /// Bytes that are no line but belong to the run.
  void digest(std::string_view bytes);

  [[nodiscard]] bool detailed() const { return detailed_; }
  [[nodiscard]] const std::deque<std::string>& last_lines() const { return lines_; }
  [[nodiscard]] std::uint64_t digest() const { return digest_; }

 private:
  std::ostream* out_;
  bool detailed_;
  std::deque<std::string> lines_;
  std::uint64_t digest_ = 0;
};

/// Returns "12.345678": seconds of virtual time.
[[nodiscard]] std::string seconds_text(std::int64_t us);

}  // namespace ferry::sim
