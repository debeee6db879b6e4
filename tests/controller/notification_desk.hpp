// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Notifications over a real database, jobs whose history a test writes, and receivers of webhooks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "actors/controller/notifications.hpp"
#include "messages/job_events.hpp"
#include "storage/cluster_log.hpp"
#include "tests/actors/scratch.hpp"
#include "tests/cloud/loopback_server.hpp"

namespace ferry::test {

/// Takes webhooks, and remembers them.
class WebhookReceiver {
 public:
  WebhookReceiver();

  [[nodiscard]] std::string url() const { return "http://" + server_.address() + "/hook"; }
  /// From now on, requests whose body has this text are answered so; empty: all of them.
  void answer(int status, const std::string& text = {});
  /// Those that came, taken or not.
  [[nodiscard]] std::vector<HttpRequest> came() const;
  /// The bodies of those that were taken.
  [[nodiscard]] std::vector<std::string> taken() const;

 private:
  HttpResponse receive(const HttpRequest& request);

  mutable std::mutex mutex_;
  std::map<std::string, int> answers_;
  std::vector<HttpRequest> came_;
  std::vector<std::string> taken_;
  LoopbackServer server_;
};

/// What is said of a subscription besides its receiver.
struct Wish {
  std::vector<std::string> events = {};
  std::string job = {};
  std::vector<Tag> tags = {};
  std::string secret = {};
};

class NotificationDesk {
 public:
  Folder folder;
  LiveSystem live;
  caf::actor store, notifications;
  bool has_mail = false;
  std::chrono::milliseconds pause_first{20};

  NotificationDesk();
  ~NotificationDesk();
  NotificationDesk(const NotificationDesk&) = delete;
  NotificationDesk& operator=(const NotificationDesk&) = delete;

  void start(const std::string& key_file = "access-keys");
  void stop();

  template <class Answer, class Request>
  Result<Answer> ask(const Request& request) {
    return test::ask<Answer>(*live, notifications, request);
  }
  /// A webhook; must succeed.
  NotificationAdded add(const std::string& url, const Wish& wish = {});
  NotificationView view(const std::string& id);

  /// Runs it as the controller's other actors do.
  void transact(const std::function<void(Database&)>& work);
  /// A job that is started.
  void begin_job(const std::string& job, std::vector<Tag> tags = {});
  void happen(const std::string& job, const JobEvent& event);
  /// The job is in error, and goes on.
  void fail_and_retry(const std::string& job, const std::string& why);
  std::vector<LoggedEvent> log();
  /// Rows of a table.
  std::int64_t count(const std::string& table);
};

}  // namespace ferry::test
