// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One notification: what is told, whatever carries it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "messages/record.hpp"

namespace ferry {

/// What can be subscribed to: a job stands still with an error or is over its validity; a run or
/// job is finished; a job can't give something back; a resource has leaked; an agent is away.
inline constexpr auto notification_events =
    std::to_array<std::string_view>({"error", "done", "stalled", "leak", "offline"});

/// As it waits in the database. Texts are plain_text.
struct Notification {
  std::string id;          // stays over all attempts; the same event has the same one again
  std::string type;        // of notification_events, or test
  std::int64_t at_ms = 0;  // when it happened
  std::string cluster;
  std::string job;  // empty: it is about none
  std::string job_name;
  std::string source;  // id of the source server
  std::string image;   // ENS image of a job that is done
  std::string code;    // FERRY-nnnn; empty: no error
  std::string text;    // a sentence
  std::string fix;     // the next step
  FERRY_FIELDS(id, type, at_ms, cluster, job, job_name, source, image, code, text, fix)
};

/// Texts of others, fit to be shown anywhere: UTF-8 without control characters and without those
/// that turn the direction of what follows, cut to `bytes_max` between two characters.
[[nodiscard]] std::string plain_text(std::string_view text, std::size_t bytes_max);

/// "msg_" and 32 hex digits made of what happened and to whom it is told.
[[nodiscard]] std::string notification_id(std::string_view notification, std::string_view event);

/// The console's page of the job, or of the source server; empty without the console's URL.
[[nodiscard]] std::string notification_link(const Notification& n, const std::string& console_url);

}  // namespace ferry
