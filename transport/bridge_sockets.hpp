// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The sockets of a bridge and the loop that serves them. Private to transport/.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "transport/bridge.hpp"
#include "transport/link_watch.hpp"
#include "transport/route_table.hpp"

namespace ferry {

/// Options every CURVE socket of the product shares.
void set_link_options(zmq::socket_t& socket);

class BridgeSockets {
 public:
  explicit BridgeSockets(Bridge& bridge);

  [[nodiscard]] Result<std::string> listen(const std::string& endpoint);
  void run(const std::stop_token& stop);

  // -- from any thread: changes of links are queued for the loop ---------------------
  struct LinkChange {
    Peer peer;
    std::string endpoint;
    std::string server_key;
  };
  void change_link(LinkChange change);

 private:
  struct Link {
    Peer peer;
    std::string endpoint;
    std::string server_key;
    zmq::socket_t socket = {};
    LinkWatch watch = {};      // after the socket, so it ends first
    std::int64_t heard_ms = 0;  // steady_ms of the last frame, or of the connecting
  };
  void apply_link_changes();
  void open_socket(Link& link);
  void reopen_silent_links();
  void tell_states();
  void poll_once();
  bool receive_from_router();
  bool receive_from(Link& link);
  void send_all();
  bool send(const OutgoingFrame& frame);

  Bridge& bridge_;
  zmq::context_t context_{1};
  zmq::socket_t zap_;
  zmq::socket_t router_;
  std::map<std::string, Link> links_;  // by node
  RouteTable routes_;                  // learnt from what the peers' keys sent
  std::mutex changes_mutex_;
  std::vector<LinkChange> changes_;
};

}  // namespace ferry
