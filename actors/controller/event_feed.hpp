// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tells the events of all jobs and of the cluster in the order of their one number, as words.
#pragma once

#include <vector>

#include <caf/all.hpp>

#include "actors/controller/store.hpp"
#include "messages/feed.hpp"

namespace ferry {

/// Answers FeedPage: what came after a number. events_gone if events after it are not kept any
/// more, or if there is no such number yet, as in a database that was put back.
struct ReadFeed {
  using local_message = void;
  std::uint64_t after = 0;
  std::size_t count_max = 0;  // limits::feed_page_max at most; 0: whether it can be gone on from
};
struct FeedPage {
  using local_message = void;
  std::uint64_t newest = 0;  // that is durable
  std::vector<FeedEvent> events;
};
/// Answers FeedPage with the newest number and nothing else.
struct AskNewest {
  using local_message = void;
};

class EventFeed {
 public:
  static constexpr const char* actor_name = "feed";

  EventFeed(caf::event_based_actor* self, caf::actor store);
  caf::behavior make_behavior();

 private:
  caf::result<FeedPage> read(const ReadFeed& m);
  caf::result<FeedPage> newest();

  caf::event_based_actor* self_;
  caf::actor store_;
};

}  // namespace ferry
