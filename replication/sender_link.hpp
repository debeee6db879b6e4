// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One stream's connection to the receiver during one pass: handshake, credit,
// acknowledgements, time-outs. It knows nothing of disks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "replication/pass_work.hpp"
#include "replication/seal.hpp"
#include "replication/zmq_message.hpp"

namespace ferry {

/// Used by one thread.
class SenderLink {
 public:
  /// What the receiver says besides acknowledgements and errors; its error ends the pass.
  using TakeReply = std::function<Result<>(frame::Type type, std::span<const std::byte> payload)>;

  SenderLink(const ZmqContext& context, PassShared& pass, std::uint32_t stream, BufferPool& pool,
             TakeReply take_reply = {});
  ~SenderLink();
  SenderLink(const SenderLink&) = delete;
  SenderLink& operator=(const SenderLink&) = delete;

  /// Connects and agrees on keys and credit.
  [[nodiscard]] Result<> connect();
  /// A buffer for the next data; waits for one if all are under way.
  [[nodiscard]] Result<FrameBuffer*> take_buffer();
  /// Sends [start, start + size) of the buffer, a whole frame with room for the
  /// seal. Waits for credit and bandwidth. The buffer returns to the pool by
  /// itself. `settles` bytes of the disk count as durable once the frame is, those in `where` among
  /// them.
  [[nodiscard]] Result<> send(frame::Type type, FrameBuffer* buffer, std::byte* start,
                              std::size_t size, std::uint64_t settles,
                              std::vector<Extent> where = {});
  /// Waits a moment for what the receiver says.
  [[nodiscard]] Result<> wait();
  /// Returns whether everything sent so far is durable; then no answer to it is under way.
  [[nodiscard]] bool all_durable() const { return durable_ == sent_; }
  /// Ends the pass and waits until all of it is durable.
  [[nodiscard]] Result<> finish();

  [[nodiscard]] bool waited_for_credit() const { return waited_; }
  void forget_waiting() { waited_ = false; }
  /// Of its stream.
  [[nodiscard]] StageClock& clock() { return clock_; }

 private:
  struct UnderWay {
    std::uint64_t sequence;
    std::uint64_t settles;
    std::size_t size;  // of the frame
    std::vector<Extent> where;
  };

  /// Takes what the receiver sent, waiting up to `wait_ms`, and checks whether the
  /// pass should go on.
  Result<> pump(int wait_ms);
  /// The same, and it is known what is waited for: the network or the target.
  Result<> await_receiver(int wait_ms);
  [[nodiscard]] bool is_received() const;
  bool take_events();
  Result<> take_message(ZmqMessage& message);
  Result<> take_greeting(const frame::Prefix& prefix, std::span<const std::byte> message);
  Result<> take_ack(const frame::Ack& ack);
  Result<> wait_turn(std::size_t bytes);
  Result<> submit(ZmqMessage& message);
  bool say_hello();
  [[nodiscard]] std::string name() const;

  PassShared& pass_;
  const std::uint32_t stream_;
  BufferPool& pool_;
  const TakeReply take_reply_;
  ZmqSocket socket_;
  ZmqSocket monitor_;
  std::string salt_;
  std::optional<LinkSeal> out_;
  std::optional<LinkSeal> in_;
  std::uint64_t credit_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t durable_ = 0;
  std::uint64_t next_in_ = 0;
  std::deque<UnderWay> under_way_;
  std::int64_t progress_ms_ = 0;
  bool waited_ = false;
  int connection_ = -1;  // of ZeroMQ, to look at; -1: there is none
  StageClock clock_;
};

}  // namespace ferry
