// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The bounds of the message bus.
#pragma once

#include "base/limits.hpp"
#include "messages/feed.hpp"

namespace ferry::limits {

inline constexpr std::size_t bus_clients_max = 64;  // that are logged in at once
inline constexpr std::size_t bus_request_bytes_max = 256 * kib;
inline constexpr std::size_t bus_answer_bytes_max = 4 * mib;
inline constexpr std::size_t bus_snapshot_bytes_full = 256 * kib;  // a page ends behind these
inline constexpr int bus_unread_messages_max = 8;                  // to one client
inline constexpr std::size_t bus_pending_max = 8;                  // requests of one client
inline constexpr std::size_t bus_unsent_max = 64;   // answers that its socket doesn't take
inline constexpr std::size_t bus_waiting_max = 64;  // that wait for a thread
inline constexpr std::size_t bus_call_threads = 4;
inline constexpr std::size_t bus_read_threads = 2;
inline constexpr std::uint32_t bus_credit_max = 1000;             // events
inline constexpr std::chrono::milliseconds bus_turn{50};          // of the loop, without news
inline constexpr std::chrono::milliseconds bus_look_period{200};  // while anybody follows
inline constexpr std::chrono::seconds bus_alive_period{5};        // streams without an event say so
inline constexpr std::chrono::seconds bus_silence_max{30};        // then a client is forgotten
inline constexpr std::chrono::milliseconds bus_farewell{500};     // for answers when it ends

static_assert(bus_snapshot_bytes_full * 2 < bus_answer_bytes_max);
static_assert(feed_page_max * (feed_text_bytes_max + kib) < bus_answer_bytes_max);
static_assert(bus_alive_period * 3 < bus_silence_max);

}  // namespace ferry::limits
