// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Notifications: who is told by mail or webhook, of what, and whether they were reached.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"
#include "messages/tag.hpp"

namespace ferry {

/// Makes a subscription; answers NotificationAdded, durably. Events are words of
/// notification_events (notify/notification.hpp). Errors: invalid_argument; limit_exceeded beyond
/// limits::notifications_max; config_conflict for mail in a cluster without a mail server.
struct AddNotification {
  std::string name = {};                 // for lists
  std::string kind;                      // mail or webhook
  std::string target;                    // address, or URL
  std::vector<std::string> events = {};  // empty: all of them
  std::string job = {};                  // of this job alone; empty: of all
  std::vector<Tag> tags = {};            // of jobs that have all of these; no value: any value
  std::string secret = {};               // of a webhook, "whsec_..."; empty: one is made
  FERRY_MESSAGE("notification.add", name, kind, target, events, job, tags, secret)
};
/// `secret` is told here once and never again; mail has none.
struct NotificationAdded {
  std::string id;
  std::string secret;
  FERRY_MESSAGE("notification.added", id, secret)
};

struct NotificationView {
  std::string id;  // n-...
  std::string name;
  std::string kind;
  std::string target;
  std::vector<std::string> events;
  std::string job;
  std::vector<Tag> tags;
  // active; disabled: the receiver has said that it is gone for good; or unreadable: its secret
  // was sealed with another key
  std::string status;
  std::uint64_t waiting = 0;  // not delivered yet
  std::uint64_t delivered = 0;
  std::uint64_t given_up = 0;
  std::int64_t created_ms = 0;
  std::int64_t delivered_ms = 0;  // the last time; 0: never
  std::string error;              // why the last one that failed was not taken; empty: none since
  std::int64_t error_ms = 0;
  FERRY_FIELDS(id, name, kind, target, events, job, tags, status, waiting, delivered, given_up,
               created_ms, delivered_ms, error, error_ms)
};
/// not_found for one that isn't there.
struct ListNotifications {
  std::string id = {};  // empty: all
  FERRY_MESSAGE("notification.list", id)
};
/// Oldest first.
struct NotificationList {
  std::vector<NotificationView> notifications;
  FERRY_MESSAGE("notification.list_answer", notifications)
};

/// Ends a subscription, and forgets what waits for it.
struct RemoveNotification {
  std::string id;
  FERRY_MESSAGE("notification.remove", id)
};
/// Sends a message of type "test" now; answers Done once the receiver has taken it, and enables a
/// disabled subscription by that. notification_refused says why not.
struct TestNotification {
  std::string id;
  FERRY_MESSAGE("notification.test", id)
};

}  // namespace ferry
