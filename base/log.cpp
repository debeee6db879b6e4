// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/simulation.hpp"

namespace ferry::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

spdlog::logger& logger() {
  static const auto instance = spdlog::stderr_logger_mt("ferry");
  return *instance;
}

constexpr std::string_view letters = "DIWE";  // by level

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \t\n\"=") != std::string_view::npos;
}

void append(std::string& line, const Field& field) {
  line.append(" ").append(field.key).append("=");
  if (!needs_quotes(field.value)) {
    line.append(field.value);
    return;
  }
  line.push_back('"');
  for (const char c : field.value) {
    if (c == '"' || c == '\\') line.push_back('\\');
    line.push_back(c == '\n' ? ' ' : c);
  }
  line.push_back('"');
}

}  // namespace

void start(std::string_view node, Level lowest) {
  logger().set_pattern("%Y-%m-%dT%H:%M:%S.%e %L " + std::string{node} + " %v");
  logger().set_level(to_spdlog(lowest));
  logger().flush_on(spdlog::level::debug);
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  auto* world = simulation();
  if (world == nullptr && !logger().should_log(to_spdlog(level))) return;
  std::string line{event};
  for (const auto& field : fields) append(line, field);
  if (world != nullptr) return world->log(letters[static_cast<std::size_t>(level)], line);
  logger().log(to_spdlog(level), spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace ferry::log
