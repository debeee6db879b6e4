// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The bounds of imports of instances of ECS.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/limits.hpp"

namespace ferry::limits {

inline constexpr std::size_t ecs_instances_max = 1000;         // in one answer
inline constexpr std::size_t ecs_instances_seen_max = 10'000;  // of a region
inline constexpr std::size_t ecs_page_instances = 50;          // the service's own bound, or more
inline constexpr std::size_t ecs_search_bytes_max = 128;
inline constexpr std::size_t ecs_import_instances_max = 100;  // of one import
inline constexpr std::size_t ecs_imports_running_max = 20;
inline constexpr std::size_t ecs_imports_kept_max = 100;       // that have ended; older ones go
inline constexpr std::size_t ecs_commands_at_once = 8;         // of one import
inline constexpr std::size_t command_bytes_max = 16 * kib;     // in base64 it is a third more
inline constexpr std::size_t command_output_bytes_max = 2000;  // told, the end of it
/// That the command may take on an instance (F44), and until its server must be online.
inline constexpr std::chrono::seconds ecs_command_time = std::chrono::minutes{10};
inline constexpr std::chrono::seconds ecs_online_time = std::chrono::minutes{2};
/// That one instance may take in all: somebody may have to answer first.
inline constexpr std::chrono::minutes ecs_instance_time{20};
inline constexpr std::chrono::seconds ecs_list_time{8};  // somebody waits for it
inline constexpr std::size_t ecs_lists_at_once = 8;
inline constexpr std::uint32_t ecs_code_days = 1;
/// Questions to the cloud that one worker has open at once.
inline constexpr std::size_t cloud_questions_max = 64;
inline constexpr std::chrono::seconds cloud_question_kept{60};  // once nobody asks for its answer

static_assert(ecs_list_time < http_ask_time);
static_assert(ecs_instances_max < message_array_max);
static_assert(ecs_import_instances_max <= activation_quota_max);
static_assert(ecs_command_time + ecs_online_time < ecs_instance_time);

}  // namespace ferry::limits
