// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Carries actor messages between processes over ZeroMQ. One thread owns all
// sockets: a ROUTER if this node listens, and a DEALER per node it connects to,
// all with CURVE. Who a peer is follows from its key alone: the key is looked up
// in the enrolled ones, and routing ids chosen by peers mean nothing. A key that
// isn't enrolled reaches only the actors published for Role::unenrolled.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include <caf/all.hpp>

#include "transport/keys.hpp"
#include "transport/remote_actor.hpp"

namespace ferry {

/// Lets nodes of one role send these messages; all messages if none is named.
struct Grant {
  Role role;
  std::vector<std::string_view> types = {};
};

struct BridgeOptions {
  std::string node;  // this node's name
  KeyPair keys;
  std::optional<std::string> listen;  // "tcp://127.0.0.1:8080"; port * picks a free one
};

class BridgeSockets;

class Bridge {
 public:
  /// Binds before it returns: address_in_use if the port is taken.
  [[nodiscard]] static Result<std::unique_ptr<Bridge>> start(caf::actor_system& system,
                                                             BridgeOptions options);
  /// A bridge whose maker moves the frames, by the functions at the end. It has no links
  /// of its own, so it takes no `connect`.
  [[nodiscard]] static std::unique_ptr<Bridge> without_sockets(caf::actor_system& system,
                                                               BridgeOptions options);
  ~Bridge();
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  /// Where it listens, with the real port; empty if it doesn't.
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }

  // -- from any thread -------------------------------------------------------------
  /// Lets a key in under a name and role. Enrolling a name again replaces its key.
  void enrol(const Peer& peer, const std::string& public_key);
  void revoke(const std::string& node);
  /// Keeps a link to a listening node; connecting again with another endpoint or
  /// key replaces the old link.
  void connect(const Peer& peer, const std::string& endpoint, const std::string& server_key);
  /// Lets peers reach the actor under a path, as far as the grants go. Publishing the
  /// path again replaces the actor, so a restarted actor keeps its address.
  void publish(const std::string& path, const caf::actor& actor, std::vector<Grant> grants);
  /// The actor that is published under a path on this node now; null if there is none.
  [[nodiscard]] caf::actor published(const std::string& path) const;
  /// Returns a handle that sends to `path` on `node`, whether that is there or not.
  [[nodiscard]] caf::actor remote(const std::string& node, const std::string& path);

  /// Why nothing may come from a node that this one connects to, as seen within the last
  /// second: nobody listens there, or somebody else does. Success if the link stands.
  [[nodiscard]] Result<> link_state(const std::string& node) const;

  struct Counters {
    std::atomic<std::uint64_t> received{0};
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> refused{0};     // malformed, foreign or not allowed
    std::atomic<std::uint64_t> unroutable{0};  // the peer wasn't there
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

  // -- for whoever moves the frames --------------------------------------------------
  /// Who a key stands for now.
  [[nodiscard]] Peer peer_of_key(const std::string& public_key) const;
  [[nodiscard]] std::vector<OutgoingFrame> take_outgoing() { return outbox_->take_all(); }
  /// Nobody of this frame's node is connected: who waits for an answer is told so at once,
  /// and needs not wait in vain.
  void not_sent(const OutgoingFrame& frame);
  /// Decodes a frame and hands it to the actor it is for, as far as `peer` may.
  void receive(const Peer& peer, std::string_view frame);

 private:
  friend class BridgeSockets;
  struct Published {
    caf::actor actor;
    std::vector<Grant> grants;

    [[nodiscard]] bool allows(Role role, std::string_view type) const;
  };

  Bridge(caf::actor_system& system, BridgeOptions options, bool has_sockets);
  void deliver(const Peer& peer, const OpenedFrame& opened);
  void deliver_answer(const Peer& peer, const Envelope& envelope, caf::message message);
  void refuse(const Peer& peer, const Envelope& envelope, const Error& error);
  [[nodiscard]] bool is_ignored(const std::string& node) const;
  void count_bad_frame(const std::string& node);
  /// What came over an earlier connection is not held against a new one.
  void forgive(const std::string& node);
  void note_link(const std::string& node, const Result<>& state);

  caf::actor_system& system_;
  BridgeOptions options_;
  std::shared_ptr<BridgeOutbox> outbox_;
  std::string endpoint_;
  Counters counters_;

  mutable std::shared_mutex mutex_;  // guards the four tables below
  std::map<std::string, Published> published_;
  std::map<std::string, Peer> enrolled_;  // by public key
  struct BadFrames {
    std::uint32_t count = 0;
    std::int64_t since_ms = 0;
  };
  std::map<std::string, BadFrames> bad_frames_;
  std::map<std::string, Error> link_troubles_;  // by node

  std::unique_ptr<BridgeSockets> sockets_;  // null: see without_sockets
  std::jthread thread_;
};

}  // namespace ferry
