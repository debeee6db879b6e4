// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What every long-running process does around its actor tree.
#pragma once

#include <functional>

#include <caf/all.hpp>

namespace ferry {

/// Keeps SIGTERM and SIGINT for `serve`; call before any thread is started.
void hold_signals();

/// The settings all our actor systems share.
[[nodiscard]] caf::actor_system_config& actor_settings(caf::actor_system_config& config);

/// Waits for a signal or the end of `root`, calls `before_stop`, stops the tree, and returns the
/// exit code: 0 after a signal, 1 if the tree ended by itself.
[[nodiscard]] int serve(
    caf::actor_system& system, const caf::actor& root,
    const std::function<void()>& before_stop = [] {});

}  // namespace ferry
