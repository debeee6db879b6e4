// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/feed.hpp"

namespace ferry {

FeedRange Feed::range() {
  Statement read{database_, "SELECT coalesce(min(seq), 1), coalesce(max(seq), 0) FROM feed"};
  read.bind();
  read.step();
  return {static_cast<std::uint64_t>(read.integer(0)), static_cast<std::uint64_t>(read.integer(1))};
}

std::vector<FedEvent> Feed::after(std::uint64_t seq, std::size_t count_max) {
  std::vector<FedEvent> events;
  Statement read{database_,
                 "SELECT f.seq, f.job, f.entry, coalesce(e.at_ms, c.at_ms), "
                 "coalesce(e.type, c.kind), coalesce(e.body, x''), coalesce(c.subject, ''), "
                 "coalesce(c.text, '') FROM feed f "
                 "LEFT JOIN event e ON e.job=f.job AND e.seq=f.entry "
                 "LEFT JOIN cluster_event c ON f.job='' AND c.seq=f.entry "
                 "WHERE f.seq>? ORDER BY f.seq LIMIT ?"};
  read.bind(seq, std::uint64_t{count_max});
  while (read.step()) {
    events.push_back({static_cast<std::uint64_t>(read.integer(0)), read.text(1),
                      static_cast<std::uint64_t>(read.integer(2)), read.integer(3), read.text(4),
                      read.text(5), read.text(6), read.text(7)});
  }
  return events;
}

}  // namespace ferry
