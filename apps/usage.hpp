// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is said about a command line that can't be understood.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace ferry {

/// The error that says what is wrong, and what was perhaps meant. `app` is what has failed to
/// parse.
[[nodiscard]] Error usage_error(const CLI::App& app, const CLI::ParseError& error);

/// Returns the one of `names` that a misspelt word most likely is; empty if none is near.
[[nodiscard]] std::string nearest(const std::string& word, const std::vector<std::string>& names);

}  // namespace ferry
