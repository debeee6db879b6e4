// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A session that brings a tree of files into a directory of the target, over one stream, because
// the steps of a pass have an order. The server's writer threads open and unpack the frames; what
// they say is done on a thread of the session's own: a listing may have to remove or to read a lot,
// and other sessions must not wait for that.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "replication/session.hpp"
#include "replication/tree_receiver.hpp"
#include "replication/tree_target.hpp"

namespace ferry {

class TreeSession final : public Session {
 public:
  TreeSession(SessionKey key, TreeTarget& target, std::uint32_t credit_chunks, Outbox outbox);
  ~TreeSession() override;

 private:
  /// A frame that waits for its turn; credit bounds how many do.
  struct Frame {
    std::uint64_t link = 0;
    frame::Type type = frame::Type::steps;
    std::vector<std::byte> steps;
  };
  /// The pass that the frames of a link belong to.
  struct Pass {
    std::uint64_t link = 0;
    std::unique_ptr<TreeReceiver> receiver;
    std::uint64_t done = 0;  // frames of the link
    std::uint64_t durable = 0;
    std::uint64_t visible = 0;  // durable with the next commit
    std::uint64_t commits = 0;  // that these know of
    std::uint64_t told_bytes = 0;
  };

  [[nodiscard]] std::optional<Error> objection(const frame::Hello& hello) const override;
  [[nodiscard]] frame::Type body_type() const override { return frame::Type::steps; }
  [[nodiscard]] Result<> take(std::uint64_t link, frame::Type type,
                              std::span<const std::byte> payload, WriterTools& tools) override;
  void taken(std::uint32_t stream, Link& link) override;
  void stop() override;
  void settle() override;

  void run(const std::stop_token& stop);
  std::optional<Frame> next_frame(const std::stop_token& stop);
  Result<> work(const Frame& frame, const std::stop_token& stop);
  Result<> begin_pass(std::uint64_t link, const std::stop_token& stop);
  Result<> commit();
  void tell_progress();

  TreeTarget& tree_;
  std::condition_variable_any wake_;
  Frame arrived_;             // of the writer thread, between `take` and `taken`
  std::deque<Frame> frames_;  // mutex_
  std::optional<Pass> pass_;  // of the worker, and of `settle` behind it
  files::UnheldFiles unheld_;  // the same; of the newest pass, for its comparison
  std::jthread worker_;
};

}  // namespace ferry
