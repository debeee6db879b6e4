// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/clock.hpp"
#include "base/diagnostic_limits.hpp"
#include "base/file.hpp"
#include "base/kept_log.hpp"
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

/// Null unless `keep` was called. Threads may still log while static objects end, so it stays.
std::shared_ptr<spdlog::logger>& keeper() {
  static auto& instance = *new std::shared_ptr<spdlog::logger>;
  return instance;
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
  if (auto& kept = keeper(); kept != nullptr) {
    // For people, and in the order of its first words, whatever the other one is for.
    const auto plain = to_text(line);
    kept->log(to_spdlog(level), spdlog::string_view_t{plain.data(), plain.size()});
  }
}

Result<> keep(const std::filesystem::path& folder, std::string_view node) {
  if (auto made = make_folder(folder); !made) return made;
  try {
    auto kept = spdlog::rotating_logger_mt("kept", (folder / kept_log_name).string(),
                                           limits::kept_log_file_bytes, limits::kept_log_files - 1);
    kept->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %L " + std::string{node} + " %v", spdlog::pattern_time_type::utc));
    kept->set_level(logger().level());
    kept->flush_on(spdlog::level::debug);
    keeper() = std::move(kept);
    return {};
  } catch (const spdlog::spdlog_ex& error) {
    return fail(Errc::config_unreadable,
                "log lines can't be kept in " + folder.string() + ": " + error.what());
  }
}

}  // namespace ferry::log
