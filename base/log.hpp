// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One line per event on stderr: time, level, node, what happened in the third
// person, then key=value facts, and the trace that it belongs to (base/trace.hpp); or
// the same as JSON (base/log_line.hpp). spdlog does the writing, in log.cpp only,
// because its headers cost seconds in every file that includes them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace ferry::log {

enum class Level : std::uint8_t { debug, info, warning, error };
[[nodiscard]] std::string_view to_string(Level level);
/// Takes such a name; what is none is info.
[[nodiscard]] Level level_of(std::string_view name);

/// Of lines: for people, or one JSON object each.
enum class Format : std::uint8_t { text, json };
/// Takes "text" or "json"; what is none is text.
[[nodiscard]] Format format_of(std::string_view name);

/// One fact of a log line. Strings with blanks are quoted.
struct Field {
  std::string_view key;
  std::string value;
  bool is_number = false;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(v) {}
  template <class T>
  requires std::is_arithmetic_v<T> Field(std::string_view k, T v)
      : key(k), value(std::to_string(v)), is_number(true) {}
};

/// Names this process in every line and sets the lowest level written. Call once
/// from main before other threads start.
void start(std::string_view node, Level lowest = Level::info, Format format = Format::text);

void write(Level level, std::string_view event, std::initializer_list<Field> fields);

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::error, event, fields);
}

}  // namespace ferry::log
