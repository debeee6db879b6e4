// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The receiving half of one session, as far as it is the same whatever is sent: links, their
// seals, the order of frames, credit, and the words back. What the frames say is for the kinds of
// session: disk_session.hpp and tree_session.hpp.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "base/trace.hpp"
#include "replication/codec.hpp"
#include "replication/frame.hpp"
#include "replication/seal.hpp"
#include "replication/session_target.hpp"

namespace ferry {

struct SessionStats {
  std::uint64_t chunks = 0;         // of a disk, or batches of steps of a tree
  std::uint64_t wire_bytes = 0;     // of frames that were accepted
  std::uint64_t bytes_written = 0;  // data, without zero runs and holes
  std::uint64_t bytes_durable = 0;
  std::uint64_t passes_ended = 0;  // streams that ended a pass, all of it durable
  std::uint64_t rejected = 0;      // changed, malformed or foreign frames
  std::uint64_t replayed = 0;      // frames seen before
  std::optional<Error> failure;    // why the session refuses further frames
};

/// What a writer thread brings along; one per thread.
struct WriterTools {
  WriterTools();
  Decompressor decompressor;
  std::vector<std::byte> body;
  std::vector<Leaf> leaves;
  frame::ChunkHead head;
};

/// The longest that what was received waits for more before it is made durable.
inline constexpr std::chrono::milliseconds commit_delay{200};

/// Sends a frame to a peer by its routing id; callable from any thread.
using Outbox = std::function<void(const std::string& peer, std::string frame)>;

class Session {
 public:
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const SessionKey& key() const { return key_; }
  [[nodiscard]] const SessionTarget* target() const { return &target_; }
  [[nodiscard]] std::uint32_t credit() const { return credit_; }

  /// Handles one frame; frames of one stream must come in order, one at a time.
  void handle(const std::string& peer, const frame::Prefix& prefix, std::span<std::byte> message,
              WriterTools& tools);
  /// Commits what was written, then refuses everything with `why`. When it
  /// returns, nothing touches the target any more.
  void close(const Error& why);
  /// Tells waiting senders that long work is still being done.
  void keep_alive();
  [[nodiscard]] SessionStats stats() const;

 protected:
  /// One stream's connection for one pass. A hello makes it `pending`; the first
  /// frame that its keys open makes it `current`, so that neither a stranger nor
  /// a replayed hello can end a link that works.
  struct Link {
    std::uint64_t id = 0;  // of all links of this session
    std::string peer;
    LinkSeal in;
    LinkSeal out;
    std::uint64_t next_in = 0;
    std::uint64_t next_out = 0;
    std::uint64_t written = 0;  // frames that were taken up
    std::uint64_t durable = 0;
    std::uint64_t told_written = 0;
    std::optional<std::uint64_t> end;  // the number of frames when the pass is over
  };
  struct Stream {
    std::optional<Link> current;
    std::optional<Link> pending;
  };

  Session(SessionKey key, SessionTarget& target, std::uint32_t streams, std::uint32_t credit_chunks,
          Outbox outbox);

  // -- what a kind of session does in its own way ---------------------------------------
  /// Says why the source that says this hello sends what can't be taken here.
  [[nodiscard]] virtual std::optional<Error> objection(const frame::Hello& hello) const = 0;
  /// The type of the frames that come before the end of a pass.
  [[nodiscard]] virtual frame::Type body_type() const = 0;
  /// Takes the link's next frame, which was opened. An error ends the session.
  [[nodiscard]] virtual Result<> take(std::uint64_t link, frame::Type type,
                                      std::span<const std::byte> payload, WriterTools& tools) = 0;
  /// Called behind `take` with the mutex held, when the frame counts.
  virtual void taken(std::uint32_t stream, Link& link) = 0;
  /// Ends the work of other threads, once.
  virtual void stop() = 0;
  /// Makes durable what was taken; nothing is taken any more.
  virtual void settle() = 0;

  // -- what it does that with ----------------------------------------------------------
  [[nodiscard]] bool failed() const;
  void fail_session(const Error& error);
  // These three want the mutex held.
  [[nodiscard]] Link* link_with(std::uint64_t id);
  void send(std::uint32_t stream, Link& link, frame::Type type, const std::string& payload);
  void send_ack(std::uint32_t stream, Link& link);
  /// Counts a link's first frames as durable, which may end its pass.
  void note_durable(Link& link, std::uint64_t frames);

  const SessionKey key_;
  const std::uint32_t credit_;
  mutable std::mutex mutex_;  // streams_ (links), stats_, and what a kind of session says
  std::vector<Stream> streams_;
  SessionStats stats_;
  std::atomic<bool> busy_{false};  // with work that may take long

 private:
  void greet(const std::string& peer, const frame::Prefix& prefix,
             std::span<const std::byte> message);
  Link* find_link(Stream& stream, const std::string& peer);
  void take_frame(Stream& stream, Link& link, const frame::Prefix& prefix,
                  std::span<std::byte> message, WriterTools& tools);
  void refuse(const std::string& peer, std::uint32_t stream, const Error& error);
  void drop_link(Stream& stream, Link& link, std::uint32_t number, const Error& error);

  SessionTarget& target_;
  const Outbox outbox_;
  const trace::Context context_ = trace::current();  // its frames come without one
  std::uint64_t links_ = 0;                          // so far

  std::shared_mutex gate_;  // shared while a frame is handled, alone to close
  std::optional<Error> closed_;
};

}  // namespace ferry
