// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The receiving half of one session: one source disk into one TargetDisk over a
// few streams. It opens, checks and writes chunks on the server's writer threads,
// and makes them durable in batches on a thread of its own.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "replication/codec.hpp"
#include "replication/frame.hpp"
#include "replication/seal.hpp"
#include "replication/target_disk.hpp"

namespace ferry {

struct SessionStats {
  std::uint64_t chunks = 0;
  std::uint64_t wire_bytes = 0;     // of frames that were accepted
  std::uint64_t bytes_written = 0;  // data, without zero runs
  std::uint64_t bytes_durable = 0;
  std::uint64_t passes_ended = 0;  // streams that ended a pass, all of it durable
  std::uint64_t rejected = 0;      // changed, malformed or foreign frames
  std::uint64_t replayed = 0;      // frames seen before
  std::optional<Error> failure;    // why the session refuses further chunks
};

/// What a writer thread brings along; one per thread.
struct WriterTools {
  WriterTools();
  Decompressor decompressor;
  std::vector<std::byte> body;
  std::vector<Leaf> leaves;
  frame::ChunkHead head;
};

/// Sends a frame to a peer by its routing id; callable from any thread.
using Outbox = std::function<void(const std::string& peer, std::string frame)>;

class Session {
 public:
  Session(SessionKey key, TargetDisk& target, std::uint32_t streams, std::uint32_t credit_chunks,
          Outbox outbox);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const SessionKey& key() const { return key_; }
  [[nodiscard]] const TargetDisk* target() const { return &target_; }
  [[nodiscard]] std::uint32_t credit() const { return credit_; }

  /// Handles one frame; frames of one stream must come in order, one at a time.
  void handle(const std::string& peer, const frame::Prefix& prefix, std::span<std::byte> message,
              WriterTools& tools);
  /// Commits what was written, then refuses everything with `why`. When it
  /// returns, nothing touches the target any more.
  void close(const Error& why);
  /// Tells waiting senders that a long commit is still at work.
  void keep_alive();
  [[nodiscard]] SessionStats stats() const;

 private:
  /// One stream's connection for one pass. A hello makes it `pending`; the first
  /// frame that its keys open makes it `current`, so that neither a stranger nor
  /// a replayed hello can end a link that works.
  struct Link {
    std::string peer;
    LinkSeal in;
    LinkSeal out;
    std::uint64_t next_in = 0;
    std::uint64_t next_out = 0;
    std::uint64_t durable = 0;
    std::uint64_t told_written = 0;
    std::optional<std::uint64_t> end;  // the number of frames when the pass is over
  };
  struct Stream {
    std::optional<Link> current;
    std::optional<Link> pending;
  };

  void greet(const std::string& peer, const frame::Prefix& prefix,
             std::span<const std::byte> message);
  Link* find_link(Stream& stream, const std::string& peer);
  void take(Stream& stream, Link& link, const frame::Prefix& prefix, std::span<std::byte> message,
            WriterTools& tools);
  Result<> take_chunk(std::span<const std::byte> payload, WriterTools& tools);
  [[nodiscard]] bool failed() const;
  void refuse(const std::string& peer, std::uint32_t stream, const Error& error);
  void drop_link(Stream& stream, Link& link, std::uint32_t number, const Error& error);
  void fail_session(const Error& error);
  void send_ack(std::uint32_t number, Link& link);
  void run_commits(const std::stop_token& stop);
  void commit();

  const SessionKey key_;
  TargetDisk& target_;
  const std::uint32_t credit_;
  const Outbox outbox_;

  std::shared_mutex gate_;  // shared while a frame is handled, alone to close
  std::optional<Error> closed_;

  mutable std::mutex mutex_;  // streams_ (links), stats_, and the commit's wake-up
  std::vector<Stream> streams_;
  SessionStats stats_;
  bool end_waits_ = false;
  std::atomic<bool> busy_{false};
  std::condition_variable_any wake_;
  std::jthread committer_;
};

}  // namespace ferry
