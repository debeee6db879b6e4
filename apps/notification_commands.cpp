// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator can do with notifications.
#include "apps/commands.hpp"
#include "apps/output.hpp"
#include "apps/tag_words.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

std::string words_of(const std::vector<std::string>& events) {
  std::string text;
  for (const auto& event : events) text += (text.empty() ? "" : ",") + event;
  return text.empty() ? "all" : text;
}

std::string scope_of(const NotificationView& n) {
  if (n.job.empty() && n.tags.empty()) return "all";
  if (n.tags.empty()) return n.job;
  return (n.job.empty() ? "" : n.job + ", ") + tags_text(n.tags);
}

std::string trouble_of(const NotificationView& n) {
  return n.error.empty() ? "-" : utc_text(n.error_ms) + " " + printable(n.error);
}

}  // namespace

int notification_add(Operator& op, const AddNotification& request) {
  return ask_and_print<NotificationAdded>(
      op, "notifications", request, [](const NotificationAdded& added) {
        std::printf("notification %s\n", added.id.c_str());
        if (!added.secret.empty()) {
          std::printf("secret       %s\nIt is shown only now.\n", added.secret.c_str());
        }
        std::printf("Try it with 'edgeferry notification test %s'.\n", added.id.c_str());
      });
}

int notification_list(Operator& op) {
  return ask_and_print<NotificationList>(
      op, "notifications", ListNotifications{}, [](const NotificationList& list) {
        Table table{{"ID", "NAME", "TO", "EVENTS", "JOBS", "STATUS", "WAITING", "DELIVERED",
                     "GIVEN UP", "LAST TROUBLE"}};
        for (const auto& n : list.notifications) {
          table.add({n.id, n.name.empty() ? "-" : n.name, n.target, words_of(n.events), scope_of(n),
                     n.status, std::to_string(n.waiting), std::to_string(n.delivered),
                     std::to_string(n.given_up), trouble_of(n)});
        }
        table.print();
      });
}

int notification_remove(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "notifications", RemoveNotification{id}, [&](const Done&) {
    std::printf("notification %s is removed\n", id.c_str());
  });
}

int notification_test(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "notifications", TestNotification{id}, [&](const Done&) {
    std::printf("the receiver of notification %s has taken a test\n", id.c_str());
  });
}

}  // namespace ferry
