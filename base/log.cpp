// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/clock.hpp"
#include "base/log_line.hpp"
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

/// As `start` was told.
struct Chosen {
  std::string node;
  Format format = Format::text;
};
Chosen& chosen() {
  static Chosen instance;
  return instance;
}

}  // namespace

Level level_of(std::string_view name) {
  for (const auto level : {Level::debug, Level::warning, Level::error}) {
    if (to_string(level) == name) return level;
  }
  return Level::info;
}

Format format_of(std::string_view name) { return name == "json" ? Format::json : Format::text; }

void start(std::string_view node, Level lowest, Format format) {
  chosen() = {std::string{node}, format};
  const auto head = "%Y-%m-%dT%H:%M:%S.%e %L " + std::string{node} + " ";
  logger().set_pattern((format == Format::json ? std::string{} : head) + "%v");
  logger().set_level(to_spdlog(lowest));
  logger().flush_on(spdlog::level::debug);
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  auto* world = simulation();
  if (world == nullptr && !logger().should_log(to_spdlog(level))) return;
  const Line line{wall_ms(),       level, chosen().node, event, {fields.begin(), fields.size()},
                  trace::current()};
  if (world != nullptr) {
    return world->log(letters[static_cast<std::size_t>(level)], to_text(line));
  }
  const auto text = chosen().format == Format::json ? to_json(line) : to_text(line);
  logger().log(to_spdlog(level), spdlog::string_view_t{text.data(), text.size()});
}

}  // namespace ferry::log
