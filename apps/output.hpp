// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How the command line speaks: tables for people, JSON for programs, errors on
// stderr with their fix.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "apps/exit_codes.hpp"
#include "base/error.hpp"
#include "config/cluster_config.hpp"
#include "messages/catalogue.hpp"

namespace ferry {

/// Prints "edgeferry: FERRY-5001 ... Fix: ..." (or as JSON) and returns exit_failed.
int print_error(const Error& error, bool json);

/// Prints all mistakes of a file, each with its place, and returns exit_broken_config.
int print_config_errors(const std::vector<ConfigError>& errors, bool json);

/// Returns "2026-12-01T02:00:00Z", or "-" for 0.
[[nodiscard]] std::string time_text(std::int64_t ms);

/// Aligned columns under a heading, two blanks apart.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) : rows_{std::move(heading)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

template <Record T>
int print_json(const T& record) {
  if constexpr (Message<T>) {
    std::puts(json_from_msgpack(encode_record(T::wire_name, &record), true).c_str());
  } else {
    std::puts(to_json(record, true).c_str());
  }
  return exit_ok;
}

}  // namespace ferry
