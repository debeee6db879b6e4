// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "apps/machine_command.hpp"

namespace ferry {

void add_machine_options(CLI::App& join, MachineJoin& words) {
  join.add_option("--controller", words.controller, "tcp://HOST:PORT of the controller")
      ->required();
  auto* code = join.add_option_group("code", "One of them must be given");
  code->add_option("--code", words.code, "Code of this one machine")
      ->envname(machine_code_variable);
  code->add_option("--code-file", words.code_file, "File with the code; -: standard input")
      ->type_name("FILE");
  code->require_option(1);
  join.add_option("--listen", words.listen, "Address on which ports 8080 and 8703 are opened")
      ->envname("EDGEFERRY_LISTEN")
      ->capture_default_str();
  join.add_option("--disks", words.disk_prefix, "Begin of the paths of its disks; serials follow")
      ->envname("EDGEFERRY_DISKS")
      ->capture_default_str();
  join.add_flag("--foreground", words.foreground, "Run the nodes here, and not as a service")
      ->envname("EDGEFERRY_FOREGROUND");
  add_machine_places(join, words);
}

void add_machine_places(CLI::App& resume, MachineJoin& words) {
  resume.add_option("--state", words.state, "Folder for keys, disks and images")
      ->type_name("FOLDER")
      ->envname("EDGEFERRY_STATE")
      ->capture_default_str();
  resume
      .add_option("--storage", words.storage,
                  "Disk for the state folder; an empty one gets a file system")
      ->type_name("FILE")
      ->envname("EDGEFERRY_STORAGE");
}

}  // namespace ferry
