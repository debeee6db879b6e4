// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How a line of the log reads, wherever it is kept: for people, or as one JSON object.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/trace.hpp"

namespace ferry::log {

struct Line {
  std::int64_t at_ms = 0;
  Level level = Level::info;
  std::string_view node;
  std::string_view event;
  std::span<const Field> fields;
  trace::Context context = {};
};

/// Returns `job event job=j-1 event="it's there" trace=4bf9...`: what comes behind time, level and
/// node. Control characters are blanks.
[[nodiscard]] std::string to_text(const Line& line);
/// Returns one JSON object (RFC 8259) without line breaks. Bytes that are no UTF-8 are U+FFFD.
[[nodiscard]] std::string to_json(const Line& line);

}  // namespace ferry::log
