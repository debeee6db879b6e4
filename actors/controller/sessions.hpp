// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is logged in at the console. A session outlives a new start of the controller; it ends by
// logging out, limits::session_time_max after its beginning, or when nobody has used it for
// limits::session_idle_max. What its access key may do is asked for with each request, so a key
// that is disabled or deleted ends all that its sessions may do.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/controller/store.hpp"
#include "messages/link.hpp"
#include "storage/session_table.hpp"

namespace ferry {

/// Begins a session, durably; of too many of one key the oldest ends. Answers OpenedSession.
/// limit_exceeded beyond limits::console_sessions_max.
struct OpenSession {
  using local_message = void;
  std::string digest;  // of its token, which is told to the browser alone
  std::string access_key;
};
struct OpenedSession {
  using local_message = void;
  std::int64_t expires_ms = 0;
};
/// Answers FoundSession; being found is being used.
struct FindSession {
  using local_message = void;
  std::string digest;
};
struct FoundSession {
  using local_message = void;
  std::string access_key;  // empty: there is no such session, or none any more
  std::int64_t expires_ms = 0;
};
/// Answers Done, also if there is none.
struct CloseSession {
  using local_message = void;
  std::string digest;
};

class Sessions {
 public:
  static constexpr const char* actor_name = "sessions";

  Sessions(caf::event_based_actor* self, caf::actor store);
  caf::behavior make_behavior();

 private:
  struct Session {
    StoredSession stored;
    std::int64_t used_ms = 0;  // steady clock; a new start counts anew
  };

  void load();
  caf::result<OpenedSession> open(const OpenSession& m);
  [[nodiscard]] FoundSession find(const FindSession& m);
  caf::result<Done> close(const CloseSession& m);
  [[nodiscard]] bool is_over(const Session& session) const;
  /// Removes those that are over, and the oldest of this key if it has as many as it may have.
  [[nodiscard]] std::vector<std::string> make_room(const std::string& access_key);

  caf::event_based_actor* self_;
  caf::actor store_;
  std::map<std::string, Session> sessions_;  // by digest
};

}  // namespace ferry
