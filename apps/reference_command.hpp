// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Pages about this program itself, for people and for programs.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace ferry {

/// Prints a page; with `json`, what its tables say besides, row by row.
int print_reference(const std::string& page, bool json);
/// Prints the script by which this shell completes commands.
int print_completion(const std::string& shell, bool json);
/// Writes the manual pages of the program to a folder.
int write_manuals(const CLI::App& app, const std::string& folder, bool json);

}  // namespace ferry
