// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A session that brings the blocks of one source disk into one TargetDisk over a few streams. It
// checks and writes chunks on the server's writer threads, and makes them durable in batches on a
// thread of its own.
#pragma once

#include <condition_variable>
#include <span>
#include <thread>

#include "replication/session.hpp"
#include "replication/target_disk.hpp"

namespace ferry {

class DiskSession final : public Session {
 public:
  DiskSession(SessionKey key, TargetDisk& target, std::uint32_t streams,
              std::uint32_t credit_chunks, Outbox outbox);
  ~DiskSession() override;

 private:
  [[nodiscard]] std::optional<Error> objection(const frame::Hello& hello) const override;
  [[nodiscard]] frame::Type body_type() const override { return frame::Type::chunk; }
  [[nodiscard]] Result<> take(std::uint64_t link, frame::Type type,
                              std::span<const std::byte> payload, WriterTools& tools) override;
  void taken(std::uint32_t stream, Link& link) override;
  void stop() override;
  void settle() override { commit(); }

  void run_commits(const std::stop_token& stop);
  void commit();

  TargetDisk& disk_;
  bool end_waits_ = false;
  std::condition_variable_any wake_;
  std::jthread committer_;
};

}  // namespace ferry
