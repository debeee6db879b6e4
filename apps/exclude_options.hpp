// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The options of `job plan`, `job create` and `job modify` about files that are left out.
#pragma once

#include "apps/exclude_words.hpp"

namespace CLI {
class App;
}

namespace ferry {

/// Declares them; once the command line is read, `words` has what was given, in its order.
void add_exclude_options(CLI::App& command, ExcludeWords& words);

}  // namespace ferry
