// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is told by mail or webhook what happens. Addresses of webhooks are often all that keeps
// strangers from using them, so a viewer doesn't see them; and only an admin names who outside is
// told.
#include "console/call.hpp"
#include "messages/notification.hpp"

namespace ferry {
namespace {

Result<ConsoleReply> list_notifications(const ConsoleCall& call) {
  return ask_and_reply<NotificationList>(call, "notifications", ListNotifications{});
}

Result<ConsoleReply> add_notification(const ConsoleCall& call) {
  const auto request = read_record<AddNotification>(call.body);
  if (!request) return fail(request.error());
  return ask_and_reply<NotificationAdded>(call, "notifications", *request, 201);
}

Result<ConsoleReply> test_notification(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "notifications", TestNotification{call.ids[0]});
}

Result<ConsoleReply> remove_notification(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "notifications", RemoveNotification{call.ids[0]});
}

}  // namespace

std::vector<ConsoleRoute> notification_routes() {
  using enum AccessRole;
  return {
      {"GET", "/notifications", "listNotifications",
       "Who is told by mail or webhook, and whether they were reached", operator_,
       told<NotificationList>, list_notifications},
      {.method = "POST",
       .path = "/notifications",
       .operation = "addNotification",
       .summary = "Has somebody told; the secret of a webhook that is made is told here only",
       .role = admin,
       .answer = told<NotificationAdded>,
       .run = add_notification,
       .body = asked<AddNotification>,
       .status = 201,
       .secret = "secret"},
      {"POST", "/notifications/{notification}/test", "testNotification",
       "Sends a test now, and waits until it is taken; enables it again by that", operator_,
       told<Done>, test_notification},
      {"DELETE", "/notifications/{notification}", "removeNotification",
       "Ends it, and forgets what waits for it", admin, told<Done>, remove_notification},
  };
}

}  // namespace ferry
