// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/sessions.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr auto time_max_ms = std::chrono::milliseconds{limits::session_time_max}.count();
constexpr auto idle_max_ms = std::chrono::milliseconds{limits::session_idle_max}.count();

struct LoadedSessions {
  using local_message = void;
  std::vector<StoredSession> sessions;
};

}  // namespace

Sessions::Sessions(caf::event_based_actor* self, caf::actor store)
    : self_(self), store_(std::move(store)) {}

caf::behavior Sessions::make_behavior() {
  load();
  return {[this](const OpenSession& m) { return open(m); },
          [this](const FindSession& m) { return find(m); },
          [this](const CloseSession& m) { return close(m); }};
}

/// Before any other message is handled: nobody is logged out by a new start.
void Sessions::load() {
  self_
      ->request(store_, caf::infinite, Transact{[](Database& database) {
                  return caf::make_message(LoadedSessions{SessionTable{database}.all()});
                }})
      .await(
          [this](const LoadedSessions& loaded) {
            for (const auto& session : loaded.sessions) {
              sessions_[session.digest] = {session, steady_ms()};
            }
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

bool Sessions::is_over(const Session& session) const {
  return session.stored.expires_ms <= wall_ms() || session.used_ms + idle_max_ms <= steady_ms();
}

std::vector<std::string> Sessions::make_room(const std::string& access_key) {
  std::vector<std::string> ended;
  std::vector<const StoredSession*> own;
  for (const auto& [digest, session] : sessions_) {
    if (is_over(session))
      ended.push_back(digest);
    else if (session.stored.access_key == access_key)
      own.push_back(&session.stored);
  }
  if (own.size() >= limits::key_sessions_max) {
    ended.push_back((*std::ranges::min_element(own, {}, &StoredSession::created_ms))->digest);
  }
  for (const auto& digest : ended) sessions_.erase(digest);
  return ended;
}

caf::result<OpenedSession> Sessions::open(const OpenSession& m) {
  const auto ended = make_room(m.access_key);
  if (sessions_.size() >= limits::console_sessions_max) {
    return to_caf({Errc::limit_exceeded,
                   std::to_string(sessions_.size()) + " sessions are open already",
                   "log out where nobody works any more"});
  }
  const auto now_ms = wall_ms();
  const StoredSession stored{m.digest, m.access_key, now_ms, now_ms + time_max_ms};
  auto promise = self_->make_response_promise<OpenedSession>();
  self_
      ->request(store_, caf::infinite, Transact{[stored, ended](Database& database) {
                  SessionTable table{database};
                  for (const auto& digest : ended) table.remove(digest);
                  table.add(stored);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, promise, stored](const Done&) mutable {
            sessions_[stored.digest] = {stored, steady_ms()};
            promise.deliver(OpenedSession{stored.expires_ms});
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

FoundSession Sessions::find(const FindSession& m) {
  const auto found = sessions_.find(m.digest);
  if (found == sessions_.end() || is_over(found->second)) return {};
  found->second.used_ms = steady_ms();
  return {found->second.stored.access_key, found->second.stored.expires_ms};
}

caf::result<Done> Sessions::close(const CloseSession& m) {
  sessions_.erase(m.digest);  // at once: nothing that comes from now on may use it
  auto promise = self_->make_response_promise<Done>();
  self_
      ->request(store_, caf::infinite, Transact{[digest = m.digest](Database& database) {
                  SessionTable{database}.remove(digest);
                  return caf::make_message(Done{});
                }})
      .then([promise](const Done& done) mutable { promise.deliver(done); },
            [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

}  // namespace ferry
