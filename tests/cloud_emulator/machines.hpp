// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances as processes of this machine. If the emulator is told how, an instance that boots is
//
//   PROGRAM INSTANCE-ID PRIVATE-ADDRESS USER-DATA-FILE
//
// and a script that Cloud Assistant runs on it is
//
//   PROGRAM INSTANCE-ID PRIVATE-ADDRESS SCRIPT-FILE PROCESS
//
// with the number of the first one's process. The address is one of 127.77.0.0/16, so that the
// program can listen on it; the file is in the instance's folder, where xvda, xvdb, ... lead to its
// disks and console.log has what it says. The program ends with the emulator, however that ends,
// and is started anew at its next start.
#pragma once

#include <string>

#include "tests/cloud_emulator/world.hpp"

namespace ferry::emulator {

/// An address that no instance has: of the vSwitch's block, or one of this machine if instances are
/// processes. Empty if there is none left.
[[nodiscard]] std::string free_address(World& world, const Json& vswitch);  // under its lock

/// Kills the instance's process, with all of its process group, and waits for its end.
void power_off(Json& instance);

/// What ran when the emulator ended boots again. Called once, at the start.
void power_on_all(World& world);
void power_off_all(World& world);

}  // namespace ferry::emulator
