// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Files of settings as lines and words, taken apart so that they can be put together again
// with every byte that nobody meant to change.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace ferry {

/// Lines without their ends. A last line need not end.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
/// Words between blanks and tabs.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
[[nodiscard]] bool is_comment_or_empty(std::string_view line);

/// Returns the text with each line replaced by what `edit` returns; nothing: without it.
/// Lines that stay keep their ends; "\r" belongs to the line.
[[nodiscard]] std::string edit_lines(
    std::string_view text, const std::function<std::optional<std::string>(std::string_view)>& edit);

/// Returns the text with a line more, and with an end to the line before it.
[[nodiscard]] std::string with_line(std::string text, std::string_view line);

/// Where the fields of a line begin and end.
struct Field {
  std::size_t begin = 0;
  std::size_t end = 0;
};
[[nodiscard]] std::vector<Field> fields_of(std::string_view line);

/// NAME=value of a shell file, as grub, dracut or ifcfg read it.
struct Assignment {
  std::string name;
  std::string value;  // without the quotes around it
  char quote = 0;     // '"', '\'' or none
  std::string tail;   // what follows, such as a comment
};
/// Nothing for lines that are none, and for values that more than one pair of quotes or a
/// program's output make up: nobody can tell what a changed word would do there.
[[nodiscard]] std::optional<Assignment> parse_assignment(std::string_view line);
/// The line; with '"' around a value that needs quotes and had none.
[[nodiscard]] std::string assignment_line(const Assignment& assignment);

/// Returns the text with the assignments whose value `edit` changes written anew; all other lines
/// keep every byte.
[[nodiscard]] std::string edit_assignments(std::string_view text,
                                           const std::function<void(Assignment&)>& edit);

/// The last value that a shell file gives to a name; nothing if it gives none.
[[nodiscard]] std::optional<std::string> value_of(std::string_view text, std::string_view name);

}  // namespace ferry
