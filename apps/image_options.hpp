// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `edgeferry image ...`.
#pragma once

#include <functional>

#include "apps/boot_options.hpp"
#include "apps/image_command.hpp"

namespace CLI {
class App;
}

namespace ferry {

/// Declares the commands of the group; they write to `words`. `json` is the option of all commands.
void add_image_commands(CLI::App& group, ImageWords& words, const bool& json,
                        const ImageHost& host);

}  // namespace ferry
