// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Events on their way to followers. What happened long ago and what happens now are told by the
// same steps: there is a number that is newer than the follower's, and what lies between is read.
#include "base/clock.hpp"
#include "base/log.hpp"
#include "bus/socket.hpp"

namespace ferry {
namespace {

constexpr auto alive_period_ms = std::chrono::milliseconds{limits::bus_alive_period}.count();
constexpr auto look_period_ms = limits::bus_look_period.count();

/// All else goes by itself: a controller that begins anew, or is busy.
bool ends_streams(Errc code) {
  return code == Errc::events_gone || code == Errc::not_logged_in || code == Errc::storage_damaged;
}

}  // namespace

void BusSocket::look_for_news() {
  const auto now_ms = steady_ms();
  if (looking_ || now_ms - looked_ms_ < look_period_ms || !clients_.anyone_follows()) return;
  looked_ms_ = now_ms;
  looking_ = reads_.add([this] {
    const auto newest = desk_.newest();
    post([this, newest] {
      looking_ = false;
      if (!newest) return;
      newest_ = *newest;
      known_ms_ = steady_ms();
    });
  });
}

void BusSocket::feed_followers() {
  const auto now_ms = steady_ms();
  for (auto& [link, client] : clients_.all()) {
    if (client.wants(newest_, now_ms)) feed(client);
  }
}

void BusSocket::feed(BusClient& client) {
  client.reading =
      reads_.add([this, link = client.from.link, session = client.session, stream = client.stream,
                  user = client.user, after = client.after, credit = client.credit] {
        auto page = desk_.read(user, after, credit);
        post([this, link, session, stream, page = std::move(page)] {
          auto* follower = clients_.find(link, session);
          if (follower != nullptr && follower->stream == stream) pass_on(*follower, page);
        });
      });
}

/// A follower whose socket takes nothing now stays where it is.
void BusSocket::pass_on(BusClient& client, const Result<FeedPage>& page) {
  client.reading = false;
  const auto now_ms = steady_ms();
  if (!page && !ends_streams(page.error().code)) {
    client.not_before_ms = now_ms + look_period_ms;
    return;
  }
  if (!page) return end_stream(client, page.error());
  if (page->events.empty()) return;
  auto expected = client.after;
  for (const auto& event : page->events) {
    if (event.seq != ++expected) {
      return end_stream(client, {Errc::storage_damaged, "the numbers of events have a hole", {}});
    }
  }
  const auto sent = send(client.from.link, bus_events(page->events));
  if (sent == Sent::gone) return clients_.forget(std::string{client.from.link});
  if (sent == Sent::full) {
    client.not_before_ms = now_ms + look_period_ms;
    return;
  }
  client.after = expected;
  client.credit -= static_cast<std::uint32_t>(page->events.size());
  client.told_ms = now_ms;
}

void BusSocket::end_stream(BusClient& client, const Error& error) {
  log::info("bus stream ends",
            {{"key", client.user.access_key}, {"after", client.after}, {"why", error.what}});
  client.follows = false;
  if (error.code != Errc::not_logged_in) return tell(client, bus_refusal(0, error));
  (void)send(client.from.link, bus_refusal(0, error));
  clients_.forget(std::string{client.from.link});
}

void BusSocket::tell_alive() {
  const auto now_ms = steady_ms();
  auto& all = clients_.all();
  for (auto entry = all.begin(); entry != all.end();) {
    auto& client = entry->second;
    const bool waits = client.follows && now_ms - client.told_ms >= alive_period_ms;
    const bool is_gone = waits && send_alive(client) == Sent::gone;
    entry = is_gone ? all.erase(entry) : std::next(entry);
  }
}

/// Only what is sent to a link tells that it is gone.
void BusSocket::forget_gone() {
  auto& all = clients_.all();
  for (auto entry = all.begin(); entry != all.end();) {
    const bool is_gone = send_alive(entry->second) == Sent::gone;
    entry = is_gone ? all.erase(entry) : std::next(entry);
  }
}

BusSocket::Sent BusSocket::send_alive(BusClient& client) {
  const auto now_ms = steady_ms();
  client.told_ms = now_ms;
  return send(client.from.link, bus_alive({client.after, newest_, wall_ms(), now_ms - known_ms_}));
}

}  // namespace ferry
