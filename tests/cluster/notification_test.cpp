// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A real controller that dies between what happened, its receiver, and the record of it.
#include "messages/notification.hpp"

#include <map>
#include <mutex>

#include <doctest/doctest.h>

#include "tests/cloud/loopback_server.hpp"
#include "tests/cluster/crashing_cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

/// How often each message came, by its id, of those with this text.
class Receiver {
 public:
  [[nodiscard]] std::string url() const { return "http://" + server_.address() + "/hook"; }
  [[nodiscard]] std::map<std::string, int> came(const std::string& text) const {
    const std::lock_guard lock{mutex_};
    std::map<std::string, int> ids;
    for (const auto& request : requests_) {
      if (request.body.find(text) == std::string::npos) continue;
      ++ids[std::string{request.header("webhook-id")}];
    }
    return ids;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  test::LoopbackServer server_{[this](const HttpRequest& request) {
    const std::lock_guard lock{mutex_};
    requests_.push_back(request);
    return HttpResponse{200, {}, ""};
  }};
};

NotificationView subscription(const Cluster& cluster) {
  return from_json<NotificationList>(cluster.must_once_up({"notification", "list"}))
      .notifications.at(0);
}

}  // namespace

TEST_CASE("a job's end is told over the death of the controller, before or after its receiver") {
  const Receiver receiver;
  CrashingCluster cluster;
  auto& c = cluster.cluster;
  c.must({"notification", "add", "--webhook", receiver.url(), "--on", "done,error"});
  std::size_t jobs = 0;
  for (const auto* point : {"notifications: something is to be told, not addressed",
                            "notifications: one is due, not sent",
                            "notifications: one is taken by its receiver, not recorded"}) {
    CAPTURE(point);
    cluster.arm(point);
    workload("migration").run(cluster);
    ++jobs;
    cluster.check_died();
    REQUIRE(eventually([&] { return receiver.came("\"type\":\"done\"").size() == jobs; }));
    REQUIRE(eventually([&] { return subscription(c).delivered == jobs; }));
  }
  CHECK(receiver.came("\"type\":\"error\"").empty());
  int repeated = 0;
  for (const auto& [id, count] : receiver.came("")) repeated += count - 1;
  CHECK(repeated == 1);  // by the last death
  CHECK(subscription(c).waiting == 0);
}

TEST_CASE("a subscription is made, tested and removed by the command line") {
  const Receiver receiver;
  Cluster cluster{{.with_source = false}};
  const auto added = from_json<NotificationAdded>(cluster.must_once_up(
      {"notification", "add", "--webhook", receiver.url(), "--name", "chat", "--tag", "team=web"}));
  CHECK(added.secret.starts_with("whsec_"));
  cluster.must({"notification", "test", added.id});
  CHECK(receiver.came("\"type\":\"test\"").size() == 1);
  const auto list = cluster.must({"notification", "list"});
  CHECK(list.find("chat") != std::string::npos);
  CHECK(list.find("whsec_") == std::string::npos);
  CHECK(cluster.refused({"notification", "add", "--mail", "a@example.org"}).error == "FERRY-1005");
  cluster.must({"notification", "remove", added.id});
  CHECK(cluster.refused({"notification", "test", added.id}).error == "FERRY-5001");
}
