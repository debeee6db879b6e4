// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/output.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "messages/error_view.hpp"
#include "messages/link.hpp"

namespace ferry {
namespace {

struct ConfigErrorView {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string error;  // FERRY-nnnn
  std::string name;
  std::string what;
  std::string fix;
  FERRY_FIELDS(file, line, column, error, name, what, fix)
};
struct ConfigErrorList {
  std::vector<ConfigErrorView> errors;
  FERRY_FIELDS(errors)
};

/// How many places a UTF-8 text takes in a terminal; wide letters count as one.
std::size_t places(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

int print_error(const Error& error, bool json) {
  if (json) {
    std::fprintf(stderr, "%s\n", to_json(error_view(error)).c_str());
  } else {
    std::fprintf(stderr, "edgeferry: %s\n", to_string(error).c_str());
  }
  return exit_failed;
}

int print_config_errors(const std::vector<ConfigError>& errors, bool json) {
  ConfigErrorList list;
  for (const auto& error : errors) {
    if (!json) std::fprintf(stderr, "%s\n", to_string(error).c_str());
    const auto view = error_view(error.error);
    list.errors.push_back(
        {error.file, error.line, error.column, view.error, view.name, view.what, view.fix});
  }
  if (json) std::fprintf(stderr, "%s\n", to_json(list).c_str());
  return exit_broken_config;
}

std::string time_text(std::int64_t ms) { return ms == 0 ? "-" : utc_text(ms); }

void Table::print() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], places(row[i]));
  }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - places(row[i]) + 2, ' ');
    }
    std::puts(line.c_str());
  }
}

}  // namespace ferry
