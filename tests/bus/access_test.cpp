// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is let in at the message bus, and what they may do there.
#include "messages/audit.hpp"
#include "tests/bus/site.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a client is let in by an access key, and by nothing else") {
  BusSite site;
  BusLink link{site};
  check_refused(link.ask("ping"), 401, "not_logged_in");
  check_refused(link.ask("snapshot"), 401, "not_logged_in");
  check_refused(link.ask("follow", {{"after", 0}, {"credit", 9}}), 401, "not_logged_in");
  check_refused(link.call("listJobs"), 401, "not_logged_in");
  check_refused(link.ask("login", {{"access_key", site.viewer.id}, {"secret", "wrong"}}), 401,
                "not_logged_in");
  check_refused(link.ask("login", {{"access_key", "EFnobody"}, {"secret", ""}}), 401,
                "not_logged_in");
  check_refused(link.ask("ping"), 401, "not_logged_in");
  const auto told =
      link.must("login", {{"access_key", site.viewer.id}, {"secret", site.viewer.secret}});
  CHECK(told["role"] == "viewer");
  CHECK(link.must("ping")["at_ms"] > 0);
  BusLink other{site};  // has not logged in because somebody else has
  check_refused(other.ask("ping"), 401, "not_logged_in");
}

TEST_CASE("who guesses at secrets waits, and keeps nobody from using another key") {
  BusSite site;
  BusLink link{site};
  Json last;
  for (int i = 0; i < 12; ++i) {
    last = link.ask("login", {{"access_key", site.viewer.id}, {"secret", "guess"}});
  }
  check_refused(last, 429, "too_many_requests");
  check_refused(link.ask("login", {{"access_key", site.viewer.id}, {"secret", site.viewer.secret}}),
                429, "too_many_requests");
  link.log_in(site.operator_);
}

TEST_CASE("nothing is sent to a server that has another key than the one that is known") {
  BusSite site;
  BusLink link{site.endpoint(), make_key_pair().public_key};
  link.send({{"v", 1}, {"id", 1}, {"type", "ping"}});
  CHECK(!link.receive(1000));
}

TEST_CASE("an operation needs its role, and a change stands in the audit log") {
  BusSite site;
  BusLink viewer{site};
  viewer.log_in(site.viewer);
  const Json wish{{"name", "wave"}};
  check_refused(viewer.call("createWorkgroup", Json::object(), wish), 403, "forbidden");
  CHECK(viewer.call("listWorkgroups")["ok"]["workgroups"].empty());
  BusLink work{site};
  work.log_in(site.operator_);
  check_refused(work.call("listAccessKeys"), 403, "forbidden");
  const auto made = work.call("createWorkgroup", Json::object(), wish);
  CHECK(made["status"] == 201);
  const std::string id = made["ok"]["id"];
  CHECK(work.call("deleteWorkgroup", {{"workgroup", id}})["status"] == 200);
  const auto log = site.desk.ask<AuditList>("audit", ListAudit{0, 10});
  REQUIRE(log);
  REQUIRE(log->entries.size() == 2);
  CHECK(log->entries[0].action == "deleteWorkgroup");
  CHECK(log->entries[0].subject == "/workgroups/" + id);
  CHECK(log->entries[1].subject == R"(/workgroups {"name":"wave"})");
  CHECK(log->entries[1].who == site.operator_.id);
  CHECK(log->entries[1].role == "operator");
  CHECK(log->entries[1].from == "127.0.0.1");
  CHECK(log->entries[1].outcome == "done");
}

TEST_CASE("a key that is disabled ends what its clients do, at once") {
  BusSite site;
  const auto job = site.create_job("alpha");
  BusLink link{site};
  link.log_in(site.viewer);
  (void)link.must("follow", {{"after", 0}, {"credit", 100}});
  CHECK(link.events(1)[0]["job"] == job);
  REQUIRE(site.desk.ask<Done>("access_keys", DisableAccessKey{site.viewer.id}));
  check_refused(link.call("listJobs"), 401, "not_logged_in");
  site.describe_job(job, "new");
  const auto end = link.pushed();
  REQUIRE(end);
  check_refused(*end, 401, "not_logged_in");
  check_refused(link.ask("ping"), 401, "not_logged_in");
}

TEST_CASE("calls answer and refuse as the console's API does") {
  BusSite site{2};
  const auto job = site.create_job("alpha");
  BusLink link{site};
  link.log_in(site.operator_);
  const auto view = link.call("getJob", {{"job", job}})["ok"];
  CHECK(view["settings"]["name"] == "alpha");
  const auto page = link.call("listSources", {{"limit", 1}, {"offset", 1}})["ok"];
  CHECK(page["sources"].size() == 1);
  CHECK(link.call("listJobs", {{"tag", Json::array({"a", "b=c"})}})["ok"]["total"] == 0);
  const Json change{{"description", "new"}, {"based_on", view["version"]}};
  CHECK(link.call("modifyJob", {{"job", job}}, change)["ok"]["settings"]["description"] == "new");
  const auto late = link.call("modifyJob", {{"job", job}}, change);
  check_refused(late, 412, "changed_meanwhile");
  CHECK(late["error"]["job"]["settings"]["description"] == "new");
  check_refused(link.call("pauseJob", {{"job", job}}), 409, "job_wrong_status");
  check_refused(link.call("getJob", {{"job", "j-none"}}), 404, "not_found");
  check_refused(link.call("logIn"), 404, "not_found");
  check_refused(link.call("watch"), 404, "not_found");
  check_refused(link.call("getEverything"), 404, "not_found");
  check_refused(link.call("getJob"), 400, "invalid_argument");
  check_refused(link.call("getJob", {{"job", "a/b"}}), 400, "invalid_argument");
  check_refused(link.call("getJob", {{"job", 7}}), 400, "invalid_argument");
  check_refused(link.call("listJobs", {{"stauts", "Ready"}}), 400, "invalid_argument");
  check_refused(link.call("listJobs", {{"status", nullptr}}), 400, "invalid_argument");
  check_refused(link.call("listJobs", Json::object(), {{"a", 1}}), 400, "invalid_argument");
  check_refused(link.call("modifyJob", {{"job", job}}, {{"descripton", ""}}), 400,
                "invalid_argument");
  check_refused(link.ask("call", {{"operation", "listJobs"}, {"query", 1}}), 400,
                "invalid_argument");
}
