// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry machine join`: what a machine that a job uses does first. It asks the controller for
// its cluster file and then runs the two nodes in it; `edgeferry machine resume` does so after a
// reboot.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace ferry {

/// Variable in which the code may be given, so that it need not be an argument.
inline constexpr const char* machine_code_variable = "EDGEFERRY_MACHINE_CODE";

struct MachineJoin {
  std::string controller;  // "tcp://HOST:PORT"
  std::string code;
  std::string code_file;  // instead; "-": standard input
  std::string state = "/var/lib/edgeferry";
  std::string listen = "*";  // address on which ports 8080 and 8703 are opened
  std::string disk_prefix = "/dev/disk/by-id/virtio-";  // of disks by their serials
  std::string storage;  // disk on which the state folder lies; empty: it lies where it is
  bool foreground = false;
};

/// Asks again for as long as the controller can't be reached; may be run again after a crash at
/// any moment, with the same state folder. Then leaves the nodes to a service of systemd; if that
/// doesn't run here, or with `foreground`, runs them itself until SIGTERM.
int machine_join(const MachineJoin& join, bool json);
/// Runs the nodes of a machine that has joined, until SIGTERM.
int machine_resume(const MachineJoin& join, bool json);
void add_machine_options(CLI::App& join, MachineJoin& words);
void add_machine_places(CLI::App& resume, MachineJoin& words);

}  // namespace ferry
