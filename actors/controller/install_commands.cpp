// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/install_commands.hpp"

namespace ferry {

caf::behavior InstallCommands::make_behavior() {
  return {[this](const GetInstallCommand& m) { return tell(m); }};
}

caf::result<InstallCommand> InstallCommands::tell(const GetInstallCommand& m) const {
  if (downloads_ == nullptr) {
    return to_caf({Errc::config_conflict,
                   "no console is there from which the agent can be "
                   "downloaded",
                   "name an address in listen of [console], and start the controller again"});
  }
  auto command = downloads_->command(m.code);
  if (!command) return to_caf(command.error());
  return std::move(*command);
}

}  // namespace ferry
