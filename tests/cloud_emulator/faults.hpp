// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Trouble that a test asks for: for the next calls of an action, before or instead of the effect or
// of the answer. And the list of calls so far.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/cloud_emulator/answer.hpp"

namespace ferry::emulator {

enum class FaultKind {
  drop_before,  // the connection is closed and nothing was done
  lose_reply,   // it was done, and the connection is closed without an answer
  refuse,       // it is answered with status, code and message
  slow,         // it is done after a while
};

struct Fault {
  std::string action;  // "RunInstances", "UploadPart"; "*" for any
  FaultKind kind = FaultKind::refuse;
  std::int64_t calls = 1;  // how many of the next ones
  std::int64_t after = 0;  // so many others go well before
  Refusal refusal = {};
  std::int64_t ms = 0;           // of slow
  std::int64_t retry_after = 0;  // x-acs-retry-after, in milliseconds; 0: no such header
  /// Of the first two kinds, before the connection is closed; for tests that kill who has called.
  std::function<void()> strikes = {};
};

/// Reads what the control interface is given:
///   {"action": "RunInstances", "kind": "lose-reply", "calls": 2, "after": 1}
/// with the kinds crash-connection-before, lose-reply, throttle (and "retry_after"), status (and
/// "status": 500 or 503), no-stock, quota, error (and "status", "code", "message") and slow (and
/// "ms"). Empty if it is none.
[[nodiscard]] std::optional<Fault> fault_of(const Json& json);

/// Any thread may call.
class Faults {
 public:
  void add(Fault fault);
  void clear();
  /// What happens to this call; counts it.
  [[nodiscard]] std::optional<Fault> next(const std::string& action);

  /// Outcome: "ok", a refusal's code, "dropped" or "lost".
  void record(const std::string& action, const std::string& outcome);
  [[nodiscard]] Json calls() const;
  void forget_calls();

 private:
  struct Entry {
    std::int64_t at_ms;
    std::string action;
    std::string outcome;
  };
  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
  std::deque<Entry> calls_;
};

}  // namespace ferry::emulator
