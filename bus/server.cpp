// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bus/server.hpp"

#include "base/log.hpp"
#include "bus/socket.hpp"

namespace ferry {

BusServer::BusServer(caf::actor_system& system, const Bridge& bridge, const ClusterConfig& config)
    : desk_(system, bridge, config), socket_(std::make_unique<BusSocket>(desk_)) {}

BusServer::~BusServer() = default;

Result<std::unique_ptr<BusServer>> BusServer::start(caf::actor_system& system, const Bridge& bridge,
                                                    const ClusterConfig& config,
                                                    const KeyPair& keys) {
  std::unique_ptr<BusServer> server{new BusServer{system, bridge, config}};
  if (auto done = server->socket_->listen("tcp://" + config.bus.listen, keys.secret_key); !done) {
    return fail(done.error());
  }
  log::info("message bus listens", {{"address", config.bus.listen}, {"key", keys.public_key}});
  server->thread_ = std::jthread{
      [socket = server->socket_.get()](const std::stop_token& stop) { socket->run(stop); }};
  return server;
}

}  // namespace ferry
