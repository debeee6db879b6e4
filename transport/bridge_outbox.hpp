// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What actors want sent, on its way to the thread that owns the sockets. The one
// piece of the bridge that many threads touch; it outlives the bridge as long as
// any remote actor handle does.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/all.hpp>

#include "base/file.hpp"
#include "messages/envelope.hpp"

namespace ferry {

struct OutgoingFrame {
  std::string node;
  std::string bytes;
  std::uint64_t request = 0;  // its id, if an answer is waited for
};

class BridgeOutbox {
 public:
  /// Without a thread to wake, frames wait until they are taken.
  explicit BridgeOutbox(bool wakes = true);

  /// Queues one message. For a request it remembers whom to answer. Messages that
  /// are not in the catalogue, and all messages after `close`, are dropped.
  void post(const std::string& node, Envelope envelope, const caf::type_erased_tuple& body,
            caf::strong_actor_ptr sender, caf::message_id mid);
  void post_frame(std::string node, std::string bytes);

  /// Takes the requester that waits for an answer to `id` from this node; null if none
  /// does (any more). An id alone proves nothing: other peers can guess it.
  struct Waiting {
    caf::strong_actor_ptr actor;
    caf::message_id mid;
    std::int64_t since_ms = 0;
    std::string node = {};  // that was asked
  };
  [[nodiscard]] Waiting take_waiting(const std::string& node, std::uint64_t id);

  // -- for the bridge's thread ------------------------------------------------------
  [[nodiscard]] std::vector<OutgoingFrame> take_all();
  [[nodiscard]] int wake_fd() const { return wake_.get(); }
  void wake() const;
  void clear_wake() const;
  void forget_waiting_before(std::int64_t steady_ms);
  void close();

 private:
  std::mutex mutex_;
  std::vector<OutgoingFrame> queue_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::atomic<std::uint64_t> next_id_;
  bool closed_ = false;
  Fd wake_;
};

}  // namespace ferry
