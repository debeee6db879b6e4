// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry image boot` and `image check`.
#pragma once

#include <functional>

#include "apps/boot_command.hpp"

namespace CLI {
class App;
}

namespace ferry {

/// What the rest of the command line does for these commands.
struct ImageHost {
  std::function<void(std::function<int()>)> choose;  // gets what the called one does
  /// Reads the cluster file and goes on with it, or says what is wrong with it.
  std::function<int(const std::function<int(const ClusterConfig&)>&)> with_config;
};

/// Declares the commands of the group; they write to `words`. `json` is the option of all commands.
void add_boot_commands(CLI::App& group, BootWords& words, const bool& json, const ImageHost& host);

}  // namespace ferry
