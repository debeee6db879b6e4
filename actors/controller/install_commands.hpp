// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tells the one command that makes a server a source server (F35). Looking at the agent's archives
// reads files, so this actor has a thread of its own.
#pragma once

#include <memory>

#include <caf/all.hpp>

#include "downloads/agent_downloads.hpp"
#include "messages/actor_message.hpp"

namespace ferry {

class InstallCommands {
 public:
  static constexpr const char* actor_name = "downloads";

  /// Null: no console serves any.
  InstallCommands(caf::event_based_actor* /*self*/, std::shared_ptr<const AgentDownloads> downloads)
      : downloads_(std::move(downloads)) {}
  caf::behavior make_behavior();

 private:
  caf::result<InstallCommand> tell(const GetInstallCommand& m) const;

  std::shared_ptr<const AgentDownloads> downloads_;
};

}  // namespace ferry
