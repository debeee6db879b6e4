// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Lets each signed request through once, and of one access key only so many: what it remembers is
// bounded, and a key whose share is full waits until its oldest request is too old to come again
// (docs/decisions/0019-each-request-once.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>

namespace ferry {

enum class Passage : std::uint8_t { let_through, nonce_used, too_many };

/// What becomes of a request.
struct Admission {
  Passage passage = Passage::let_through;
  std::int64_t retry_after_ms = 0;  // if there were too many
};

/// Times are by the wall clock, as requests tell them, but for the rate.
class RequestGate {
 public:
  /// `digest` of its nonce; no request with it is valid any more at `until_ms`. A request that is
  /// let through is remembered until then.
  [[nodiscard]] Admission admit(const std::string& key, const std::string& digest,
                                std::int64_t until_ms, std::int64_t now_ms, std::int64_t steady_ms);
  /// One that was let through by an earlier process.
  void remember(const std::string& key, const std::string& digest, std::int64_t until_ms);
  void forget(const std::string& key) { keys_.erase(key); }
  [[nodiscard]] std::size_t remembered(const std::string& key) const;

 private:
  struct Key {
    std::unordered_set<std::string> digests;
    std::multimap<std::int64_t, std::string> by_end;
    double tokens = 0;
    std::int64_t filled_ms = 0;  // steady clock; 0: never
  };

  std::map<std::string, Key> keys_;
};

}  // namespace ferry
