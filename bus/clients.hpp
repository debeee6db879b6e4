// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is logged in at the message bus, and how far each has been told of events. A follower is a
// number and a credit: it has no queue here, for what it lacks is in the database.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "bus/limits.hpp"
#include "console/doorman.hpp"

namespace ferry {

/// Where a frame has come from.
struct BusOrigin {
  std::string link;     // routing id that our socket gave it
  std::string key;      // CURVE key that it has proven to have
  std::string address;  // of its host
};

struct BusClient {
  BusOrigin from;
  ConsoleUser user;
  std::uint64_t session = 0;       // no other client ever has it
  std::int64_t heard_ms = 0;       // steady clock, of its last frame
  std::size_t pending = 0;         // requests that are being answered
  std::deque<std::string> unsent;  // answers that its socket has not taken yet

  bool follows = false;
  std::uint64_t stream = 0;  // grows with each `follow`: what was read for the one before is void
  std::uint64_t after = 0;   // number of the last event that it was sent
  std::uint32_t credit = 0;  // events that it still wants
  bool reading = false;      // events are being read for it
  std::int64_t not_before_ms = 0;  // when to try again
  std::int64_t told_ms = 0;        // when it was sent events, or that there are none

  void grant(std::uint32_t events) {
    credit = std::min(limits::bus_credit_max, credit + std::min(events, limits::bus_credit_max));
  }
  /// As much as it may ask before it has read answers.
  [[nodiscard]] bool is_busy() const { return pending + unsent.size() >= limits::bus_pending_max; }
  [[nodiscard]] bool wants(std::uint64_t newest, std::int64_t now_ms) const {
    return follows && !reading && unsent.empty() && credit > 0 && after < newest &&
           now_ms >= not_before_ms;
  }
};

/// Used on the thread of the socket alone.
class BusClients {
 public:
  using Map = std::map<std::string, BusClient>;  // by link

  /// Null unless this very link, with this key, has logged in.
  [[nodiscard]] BusClient* find(const BusOrigin& from);
  /// Null if that client is gone.
  [[nodiscard]] BusClient* find(const std::string& link, std::uint64_t session);
  [[nodiscard]] bool is_full() const { return all_.size() >= limits::bus_clients_max; }
  /// Begins anew if the link has logged in before.
  BusClient& add(const BusOrigin& from, const ConsoleUser& user, std::int64_t now_ms);
  void forget(const std::string& link) { all_.erase(link); }
  void forget_silent(std::int64_t now_ms);
  [[nodiscard]] bool anyone_follows() const;
  [[nodiscard]] Map& all() { return all_; }

 private:
  Map all_;
  std::uint64_t sessions_ = 0;
};

}  // namespace ferry
