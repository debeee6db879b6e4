// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/event_feed.hpp"

#include <algorithm>

#include "actors/controller/job_record.hpp"
#include "storage/feed.hpp"

namespace ferry {
namespace {

struct LoadedFeed {
  using local_message = void;
  Result<FeedPage> page;
};

/// No longer than the words of an event may be, and no character is cut in two.
std::string shortened(std::string text) {
  if (text.size() <= limits::feed_text_bytes_max) return text;
  auto end = limits::feed_text_bytes_max;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

FeedEvent told(FedEvent fed) {
  FeedEvent event{fed.seq, fed.at_ms, fed.job, fed.entry, fed.type, fed.subject, fed.text};
  if (!fed.job.empty()) {
    const auto record = decode_event({fed.entry, fed.type, std::move(fed.body), fed.at_ms});
    event.text = record ? describe(*record) : record.error().what;
  }
  event.text = shortened(std::move(event.text));
  return event;
}

Result<FeedPage> read_page(Database& database, const ReadFeed& m) {
  Feed feed{database};
  const auto range = feed.range();
  if (m.after + 1 < range.oldest || m.after > range.newest) {
    return fail(Errc::events_gone, "events after number " + std::to_string(m.after) +
                                       " can't be told, those from " +
                                       std::to_string(range.oldest) + " to " +
                                       std::to_string(range.newest) + " are kept");
  }
  FeedPage page{range.newest, {}};
  for (auto& fed : feed.after(m.after, std::min(m.count_max, limits::feed_page_max))) {
    page.events.push_back(told(std::move(fed)));
  }
  return page;
}

}  // namespace

EventFeed::EventFeed(caf::event_based_actor* self, caf::actor store)
    : self_(self), store_(std::move(store)) {}

caf::behavior EventFeed::make_behavior() {
  return {[this](const ReadFeed& m) { return read(m); },
          [this](const AskNewest&) { return newest(); }};
}

caf::result<FeedPage> EventFeed::read(const ReadFeed& m) {
  auto promise = self_->make_response_promise<FeedPage>();
  self_
      ->request(store_, caf::infinite, Transact{[m](Database& database) {
                  return caf::make_message(LoadedFeed{read_page(database, m)});
                }})
      .then(
          [promise](LoadedFeed& loaded) mutable {
            if (loaded.page)
              promise.deliver(std::move(*loaded.page));
            else
              promise.deliver(to_caf(loaded.page.error()));
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<FeedPage> EventFeed::newest() {
  self_->delegate(store_, Transact{[](Database& database) {
                    return caf::make_message(FeedPage{Feed{database}.range().newest, {}});
                  }});
  return caf::delegated<FeedPage>{};
}

}  // namespace ferry
