// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An example for each command, shown by its --help and in the manual pages.
#pragma once

namespace CLI {
class App;
}

namespace ferry {

/// Gives each command below `app` its example.
void add_examples(CLI::App& app);

}  // namespace ferry
