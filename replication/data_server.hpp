// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The transition instance's data port: one ROUTER socket, one thread that moves
// frames between the socket and the writers, and a few writer threads that do the
// work. A stream always belongs to the same writer, so its frames stay in order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "replication/seal.hpp"
#include "replication/session.hpp"
#include "replication/target_disk.hpp"
#include "replication/tree_target.hpp"

namespace ferry {

struct DataServerOptions {
  std::string endpoint = "tcp://*:8703";  // "tcp://127.0.0.1:*" takes any free port
  std::uint32_t writer_threads = 0;       // 0: as many as cores, at most 4
  bool allow_plain = false;               // sessions without sealing are refused unless set
};

struct DataServerStats {
  std::uint64_t malformed = 0;    // frames that are none of ours
  std::uint64_t fenced = 0;       // frames of closed and unknown sessions
  std::uint64_t over_credit = 0;  // frames beyond what a stream was granted
};

/// Thread-safe. Closes all sessions when it goes.
class DataServer {
 public:
  [[nodiscard]] static Result<std::unique_ptr<DataServer>> start(const DataServerOptions& options);
  ~DataServer();
  DataServer(const DataServer&) = delete;
  DataServer& operator=(const DataServer&) = delete;

  /// The endpoint with the real port, "tcp://0.0.0.0:8703".
  [[nodiscard]] const std::string& endpoint() const;

  /// Lets a source send to `target`, which must live until the session is closed.
  /// Closes older sessions of the same target; an epoch below the highest one
  /// seen there is refused with `fenced`. A target whose last session failed is
  /// recovered first, which may take a while.
  [[nodiscard]] Result<> open(const SessionKey& key, TargetDisk& target, std::uint32_t streams,
                              std::uint32_t credit_chunks);
  /// As above, into a directory of the target, on one stream.
  [[nodiscard]] Result<> open(const SessionKey& key, TreeTarget& target,
                              std::uint32_t credit_chunks);
  /// Commits and closes; when it returns the target is free. Unknown ids are fine.
  void close(std::uint64_t session);
  [[nodiscard]] Result<SessionStats> stats(std::uint64_t session) const;
  [[nodiscard]] DataServerStats stats() const;

 private:
  class Impl;
  explicit DataServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry
