// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `job plan` and `job create` about an image's disks.
#pragma once

#include "apps/layout_words.hpp"

namespace CLI {
class App;
}

namespace ferry {

/// Declares them; they write to `words`.
void add_layout_options(CLI::App& command, LayoutWords& words);

}  // namespace ferry
