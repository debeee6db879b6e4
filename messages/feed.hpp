// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An event of a job or of the cluster as programs of others are told it (docs/message-bus.md): in
// words, and never the record itself, for records hold keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "messages/record.hpp"

namespace ferry {

namespace limits {
inline constexpr std::size_t feed_page_max = 100;         // events in one answer
inline constexpr std::size_t feed_text_bytes_max = 4096;  // of the words of one event
}  // namespace limits

struct FeedEvent {
  std::uint64_t seq = 0;  // one more than that of the event before, whatever that was of
  std::int64_t at_ms = 0;
  std::string job;  // empty: it is the cluster's
  std::uint64_t entry =
      0;                // its number in the job's own history: that is `version` of a job's view
  std::string type;     // event.job_started; of the cluster's, their kind: actor_failed
  std::string subject;  // of the cluster's: what it is about
  std::string text;
  FERRY_FIELDS(seq, at_ms, job, entry, type, subject, text)
};

}  // namespace ferry
