// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Asks the cloud about instances, and has it run commands on them, for the controller. Each
// question is answered at once with what is known; the call to the cloud goes on beside this actor.
// A command has a token that the cloud knows as well, so it runs once, whichever worker is asked
// again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <caf/all.hpp>

#include "actors/background.hpp"
#include "cloud/import_limits.hpp"
#include "cloud/instance_commands.hpp"
#include "messages/actor_message.hpp"
#include "transport/bridge.hpp"

namespace ferry {

/// Null: this cluster has no account of a cloud for it.
using OpenInstances =
    std::function<Result<std::shared_ptr<InstanceCommands>>(const std::string& region)>;

class InstanceImporter {
 public:
  static constexpr const char* actor_name = "instance_importer";

  InstanceImporter(caf::event_based_actor* self, OpenInstances open);
  caf::behavior make_behavior();

 private:
  template <class Answer>
  struct Question {
    Background<Answer> work;
    std::int64_t asked_ms = 0;  // steady; the last time
  };
  template <class Answer>
  using Questions = std::map<std::string, Question<Answer>>;

  InstancesFound find(const FindInstances& m);
  CommandStatus ensure(const EnsureCommand& m);
  CommandStatus stop(const StopCommand& m);
  CommandStatus look(const std::string& key, const std::string& token,
                     const std::string& invocation,
                     std::function<Result<CommandStatus>(const std::stop_token&)> work);
  /// What nobody has asked about for a while.
  void forget_old();
  [[nodiscard]] bool is_full() const;

  OpenInstances open_;
  Questions<InstancesFound> finds_;    // by `look`
  Questions<CommandStatus> commands_;  // by token
};

/// Under a supervisor, published as "ecs".
[[nodiscard]] caf::actor spawn_instance_importer(caf::event_based_actor& parent, Bridge& bridge,
                                                 OpenInstances open);

}  // namespace ferry
