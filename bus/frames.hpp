// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What goes over the message bus: each frame is one msgpack map (docs/message-bus.md). What comes
// in is hostile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/json.hpp"
#include "messages/feed.hpp"

namespace ferry {

inline constexpr std::uint32_t bus_version = 1;

struct BusRequest {
  std::uint64_t id = 0;  // chosen by the client; 0: only a refusal is told, of `credit`
  std::string type;
  Json words = Json::object();  // all else
};

/// Errors: malformed for what is no map of values within the limits of messages.
[[nodiscard]] Result<Json> read_bus_frame(std::string_view frame);
/// The number that an answer goes by; 0 if there is none.
[[nodiscard]] std::uint64_t request_id(const Json& frame);
/// Errors: protocol_version, invalid_argument.
[[nodiscard]] Result<BusRequest> read_bus_request(Json frame);

/// {"v", "id", "status", "ok"}, or "error" instead for a status of 400 or more.
[[nodiscard]] std::string bus_answer(std::uint64_t id, int status, Json body);
[[nodiscard]] std::string bus_refusal(std::uint64_t id, const Error& error);
/// {"v", "events"}
[[nodiscard]] std::string bus_events(const std::vector<FeedEvent>& events);

/// What a client is told that follows, when there is no event.
struct BusAlive {
  std::uint64_t seq = 0;     // of the last event that it was sent
  std::uint64_t newest = 0;  // of the last one that there is
  std::int64_t at_ms = 0;
  std::int64_t age_ms = 0;  // since there was a look for events; it grows while nobody answers
  FERRY_FIELDS(seq, newest, at_ms, age_ms)
};
/// {"v", "alive"}
[[nodiscard]] std::string bus_alive(const BusAlive& alive);

}  // namespace ferry
