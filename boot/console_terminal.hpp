// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A running machine's serial console on a person's terminal.
#pragma once

#include "boot/virtual_machine.hpp"

namespace ferry {

/// Shows on `out` what the guest writes and types to it what comes from `in`, until the machine
/// ends or Ctrl-] is typed. A terminal at `in` passes every key on, also Ctrl-C, and is put right
/// afterwards.
void connect_terminal(const RunningMachine& machine, int in, int out);

}  // namespace ferry
