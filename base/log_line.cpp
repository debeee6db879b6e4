// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log_line.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace ferry::log {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

bool is_control(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"=") != std::string_view::npos ||
         std::any_of(value.begin(), value.end(), is_control);
}

void append(std::string& line, std::string_view key, std::string_view value) {
  line.append(" ").append(key).append("=");
  if (!needs_quotes(value)) {
    line.append(value);
    return;
  }
  line.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') line.push_back('\\');
    line.push_back(is_control(c) ? ' ' : c);
  }
  line.push_back('"');
}

/// "2026-11-23T07:45:48.042Z"
std::string time_text(std::int64_t at_ms) {
  auto text = utc_text(at_ms);
  const auto ms = std::to_string(1000 + (at_ms % 1000 + 1000) % 1000);
  text.insert(text.size() - 1, "." + ms.substr(1));
  return text;
}

/// Numbers stay numbers; those that JSON doesn't have, such as nan, are strings.
Json value_of(const Field& field) {
  if (!field.is_number) return field.value;
  auto number = Json::parse(field.value, nullptr, false);
  return number.is_number() ? number : Json(field.value);
}

}  // namespace

std::string_view to_string(Level level) { return level_names[static_cast<std::size_t>(level)]; }

std::string to_text(const Line& line) {
  std::string text{line.event};
  for (const auto& field : line.fields) append(text, field.key, field.value);
  if (line.context) append(text, "trace", trace::trace_text(line.context));
  return text;
}

std::string to_json(const Line& line) {
  Json object;
  object["time"] = time_text(line.at_ms);
  object["level"] = to_string(line.level);
  object["node"] = line.node;
  object["event"] = line.event;
  if (line.context) {
    object["trace"] = trace::trace_text(line.context);
    object["span"] = trace::span_text(line.context);
  }
  // Below a name of their own, for some are called as what is above.
  auto& fields = object["fields"] = Json::object();
  for (const auto& field : line.fields) fields[std::string{field.key}] = value_of(field);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ferry::log
