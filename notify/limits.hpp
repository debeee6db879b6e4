// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The bounds of notifications.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/limits.hpp"

namespace ferry::limits {

inline constexpr std::size_t notifications_max = 100;  // subscriptions of a cluster
/// That wait for one receiver; the older half is given up when one more comes.
inline constexpr std::uint64_t notification_queue_max = 1000;
/// With the pauses below, that is about a day.
inline constexpr std::uint32_t notification_attempts_max = 30;
inline constexpr std::chrono::milliseconds notification_pause_first{5'000};  // then twice as long
inline constexpr std::chrono::milliseconds notification_pause_max = std::chrono::hours{1};
inline constexpr std::size_t notifications_at_once = 8;  // that are being sent
inline constexpr std::chrono::seconds notification_connect_time{5};
inline constexpr std::chrono::seconds notification_send_time{30};
inline constexpr std::chrono::seconds notification_test_time{8};  // somebody waits for it
inline constexpr std::size_t notices_at_once = 50;                // looked at in one transaction
inline constexpr std::size_t notification_text_bytes_max = 4 * kib;
inline constexpr std::size_t notification_word_bytes_max = 256;     // of a name, id or code
inline constexpr std::size_t notification_error_bytes_max = 512;    // why it was not taken
inline constexpr std::size_t notification_target_bytes_max = 1024;  // address or URL
inline constexpr std::size_t webhook_key_bytes_min = 24;
inline constexpr std::size_t webhook_key_bytes_max = 64;
inline constexpr std::size_t mail_password_bytes_max = 1024;
/// An agent that is silent for so long is told to be away.
inline constexpr std::chrono::seconds source_absence{60};

static_assert(notification_test_time < http_ask_time);
static_assert(notification_connect_time < notification_test_time);
static_assert(heartbeat_timeout < source_absence);
static_assert(notifications_max < message_array_max);

}  // namespace ferry::limits
