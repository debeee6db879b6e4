// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The message bus for programs of others (docs/message-bus.md): a ROUTER socket with CURVE, at
// which they log in, ask, and follow events.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "bus/desk.hpp"
#include "transport/keys.hpp"

namespace ferry {

class BusSocket;

/// Answers on threads of its own until it is destroyed; what is being answered then is finished
/// first.
class BusServer {
 public:
  /// Listens when it returns, at `listen` of [bus]. `keys`: the controller's, whose public half
  /// clients know. Borrows the others, which must outlive it. Errors: address_in_use.
  [[nodiscard]] static Result<std::unique_ptr<BusServer>> start(caf::actor_system& system,
                                                                const Bridge& bridge,
                                                                const ClusterConfig& config,
                                                                const KeyPair& keys);
  ~BusServer();
  BusServer(const BusServer&) = delete;
  BusServer& operator=(const BusServer&) = delete;

 private:
  BusServer(caf::actor_system& system, const Bridge& bridge, const ClusterConfig& config);

  BusDesk desk_;
  std::unique_ptr<BusSocket> socket_;
  std::jthread thread_;
};

}  // namespace ferry
