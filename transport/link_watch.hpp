// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Why nothing comes over a link that this process opens: libzmq tries again in silence, and
// only the events of its monitor tell "nobody is there" from "it is another one".
#pragma once

#include <string>

#include <zmq.hpp>

#include "base/error.hpp"

namespace ferry {

/// Ends before the socket that it watches is closed, or moves on to another one: libzmq's own
/// thread waits for ever in front of a monitor that nobody reads, and with it all links.
class LinkWatch {
 public:
  LinkWatch() = default;
  ~LinkWatch() { end(); }
  LinkWatch(const LinkWatch&) = delete;
  LinkWatch& operator=(const LinkWatch&) = delete;

  /// Watches this socket, which must not be connected yet, from now on. One at a time.
  void watch(zmq::context_t& context, zmq::socket_t& socket);
  /// Reads what has happened since. Never waits.
  void read();
  /// Fails with unreachable, the likely cause and the next step, if nobody is there or if
  /// handshakes end before they succeed.
  [[nodiscard]] Result<> state(const std::string& endpoint) const;

 private:
  enum class State : std::uint8_t { nobody, handshaking, refused, open };

  void end();

  void* watched_ = nullptr;  // the socket's handle in libzmq
  zmq::socket_t monitor_;
  State state_ = State::nobody;
};

}  // namespace ferry
