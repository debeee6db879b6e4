// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Bounds of the command line.
#pragma once

#include <chrono>
#include <cstddef>

namespace ferry::limits {

inline constexpr std::size_t completions_max = 1000;  // that a shell is told for one word
inline constexpr std::chrono::milliseconds completion_wait_max{700};  // for a controller's answer
inline constexpr std::size_t suggestion_word_bytes_max = 64;  // longer words are no misspelt names

inline constexpr std::size_t secret_bytes_max = 4096;  // of a code that is read from a file

// -- watch -------------------------------------------------------------------------------
inline constexpr std::size_t watch_events_max = 200;        // that are remembered
inline constexpr std::size_t watch_histories_max = 32;      // jobs whose events one look asks for
inline constexpr std::size_t watch_filter_bytes_max = 120;  // that can be typed
inline constexpr std::chrono::milliseconds watch_poll{700};
inline constexpr std::chrono::seconds watch_answer_max{3};  // then the controller is silent

}  // namespace ferry::limits
