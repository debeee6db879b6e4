// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/lines.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::string_view blanks = " \t";

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<Field> fields_of(std::string_view line) {
  std::vector<Field> fields;
  for (auto at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(blanks, at), line.size());
    fields.push_back({at, end});
    at = line.find_first_not_of(blanks, end);
  }
  return fields;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const auto& [begin, end] : fields_of(text)) {
    words.emplace_back(text.substr(begin, end - begin));
  }
  return words;
}

bool is_comment_or_empty(std::string_view line) {
  const auto text = trimmed(line);
  return text.empty() || text.front() == '#';
}

std::string edit_lines(std::string_view text,
                       const std::function<std::optional<std::string>(std::string_view)>& edit) {
  std::string edited;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = edit(text.substr(0, end));
    if (line) edited += *line;
    if (line && end != std::string_view::npos) edited += '\n';
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return edited;
}

std::string with_line(std::string text, std::string_view line) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text.append(line).append("\n");
}

std::optional<Assignment> parse_assignment(std::string_view line) {
  line = trimmed(line);
  if (line.starts_with("export ")) return std::nullopt;
  const auto equals = line.find('=');
  if (equals == std::string_view::npos || !is_name(line.substr(0, equals))) return std::nullopt;
  Assignment found{std::string{line.substr(0, equals)}, {}, 0, {}};
  auto value = line.substr(equals + 1);
  if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
    found.quote = value.front();
    const auto end = value.find(found.quote, 1);
    if (end == std::string_view::npos) return std::nullopt;
    found.tail = value.substr(end + 1);
    if (!is_comment_or_empty(found.tail)) return std::nullopt;
    value = value.substr(1, end - 1);
  } else {
    const auto end = std::min(value.find_first_of(blanks), value.size());
    found.tail = value.substr(end);
    value = value.substr(0, end);
    if (!is_comment_or_empty(found.tail)) return std::nullopt;
    if (value.find_first_of("\"'") != std::string_view::npos) return std::nullopt;
  }
  if (value.find('`') != std::string_view::npos || value.find("$(") != std::string_view::npos ||
      value.find('\\') != std::string_view::npos) {
    return std::nullopt;
  }
  found.value = value;
  return found;
}

std::string assignment_line(const Assignment& assignment) {
  const bool needs = assignment.value.find_first_of(" \t;&|<>()*?#~") != std::string::npos;
  const std::string quote{assignment.quote != 0 ? std::string{assignment.quote}
                          : needs               ? "\""
                                                : ""};
  return assignment.name + "=" + quote + assignment.value + quote + assignment.tail;
}

std::string edit_assignments(std::string_view text, const std::function<void(Assignment&)>& edit) {
  return edit_lines(text, [&](std::string_view line) {
    auto found = parse_assignment(line);
    if (!found) return std::string{line};
    const auto old = found->value;
    edit(*found);
    return found->value == old ? std::string{line} : assignment_line(*found);
  });
}

std::optional<std::string> value_of(std::string_view text, std::string_view name) {
  std::optional<std::string> value;
  for (const auto line : lines_of(text)) {
    const auto found = parse_assignment(line);
    if (found && found->name == name) value = found->value;
  }
  return value;
}

}  // namespace ferry
