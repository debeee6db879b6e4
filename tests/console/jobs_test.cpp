// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Source servers and jobs: finding them, changing them, and two who change one at once.
#include <doctest/doctest.h>

#include "tests/console/console.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

std::vector<std::string> names(const Json& page) {
  std::vector<std::string> all;
  for (const auto& job : page["jobs"]) all.push_back(job["settings"]["name"]);
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("what is told is what the command line tells with --json") {
  Console console{2};
  const auto job = console.create_job("alpha");
  const auto same = [&](const std::string& target, const std::string& written) {
    CHECK(console.must("GET", target) == Json::parse(written));
  };
  const std::string id = job["id"];
  same("/jobs/" + id, to_json(*console.desk.ask<JobView>("jobs", GetJob{id})));
  same("/jobs", to_json(*console.desk.ask<JobList>("jobs", ListJobs{})));
  same("/jobs/" + id + "/events", to_json(*console.desk.ask<EventList>("jobs", ListEvents{id})));
  same("/activations", to_json(*console.desk.ask<ActivationList>("sources", ListActivations{})));
  same("/access-keys", to_json(*console.desk.ask<AccessKeyList>("access_keys", ListAccessKeys{})));
  const auto& source = console.desk.sources[0];
  auto told = console.must("GET", "/sources/" + source);
  auto written = Json::parse(
      to_json(console.desk.ask<SourceList>("sources", ListSources{source})->sources[0]));
  told.erase("last_seen_ms");
  written.erase("last_seen_ms");
  CHECK(told == written);
}

TEST_CASE("jobs are found by words, state, tags, source server and workgroup, page by page") {
  Console console{2};
  const auto create = [&](const std::string& name, const std::string& source, const Json& tags) {
    return console
        .must("POST", "/jobs",
              {{"settings",
                {{"source", source},
                 {"name", name},
                 {"region", "cn-beijing"},
                 {"tags", tags}}}})["id"]
        .get<std::string>();
  };
  const auto& [first, second] = std::pair{console.desk.sources[0], console.desk.sources[1]};
  const auto red = create("Red-one", first, {{{"key", "team"}, {"value", "red"}}});
  (void)create("blue", second,
               {{{"key", "team"}, {"value", "blue"}}, {{"key", "x"}, {"value", ""}}});
  const auto find = [&](const std::string& query) { return console.must("GET", "/jobs?" + query); };
  CHECK(names(find("")) == Names{"Red-one", "blue"});
  CHECK(names(find("newest_first=true")) == Names{"blue", "Red-one"});
  CHECK(names(find("search=RED")) == Names{"Red-one"});
  CHECK(names(find("search=" + red)) == Names{"Red-one"});
  CHECK(names(find("tag=team")) == Names{"Red-one", "blue"});
  CHECK(names(find("tag=team%3Dblue&tag=x")) == Names{"blue"});
  CHECK(names(find("tag=team%3Dred&tag=x")).empty());
  CHECK(names(find("source=" + second)) == Names{"blue"});
  CHECK(names(find("status=Ready&limit=1&offset=1")) == Names{"blue"});
  CHECK(find("limit=1")["total"] == 2);
  CHECK(names(find("status=Finished")).empty());
  CHECK(names(find("offset=9007199254740992")).empty());
  const std::string group = console.must("POST", "/workgroups", {{"name", "wave"}})["id"];
  (void)console.must("POST", "/workgroups/" + group + "/sources", {{"sources", {first}}});
  CHECK(names(find("workgroup=" + group)) == Names{"Red-one"});
  check_refused(console.call(console.viewer, "GET", "/jobs?workgroup=w-none"), 404, "not_found");
  const auto shown = console.must("GET", "/workgroups/" + group);
  CHECK(shown["status"] == "NotStarted");
  CHECK(console.must("GET", "/tags")["tags"].size() == 3);
}

TEST_CASE("source servers are found, and called what somebody calls them") {
  Console console{3};
  const auto& id = console.desk.sources[1];
  const auto changed =
      console.must("PATCH", "/sources/" + id,
                   {{"name", "shop"}, {"tags", {{"put", {{{"key", "a"}, {"value", "b"}}}}}}});
  CHECK(changed["name"] == "shop");
  CHECK(console.must("PATCH", "/sources/" + id, {{"description", "x"}})["name"] == "shop");
  CHECK(console.must("PATCH", "/sources/" + id, Json::object())["description"] == "x");
  CHECK(console.must("GET", "/sources")["total"] == 3);
  CHECK(console.must("GET", "/sources?search=SHOP")["sources"][0]["id"] == id);
  CHECK(console.must("GET", "/sources?tag=a")["total"] == 1);
  CHECK(console.must("GET", "/sources?state=Available&limit=2")["sources"].size() == 2);
  CHECK(console.must("GET", "/sources?state=Deleting")["total"] == 0);
  check_refused(console.call(console.viewer, "GET", "/sources/s-none"), 404, "not_found");
  (void)console.must("DELETE", "/sources/" + id);
  CHECK(console.must("GET", "/sources")["total"] == 2);
}

TEST_CASE("the same request for a job, sent again, makes no second one") {
  Console console;
  const Json wish{{"client_token", "t-1"},
                  {"settings", {{"source", console.desk.sources[0]}, {"region", "cn-beijing"}}}};
  const auto first = console.must("POST", "/jobs", wish);
  CHECK(console.must("POST", "/jobs", wish)["id"] == first["id"]);
  auto other = wish;
  other["settings"]["description"] = "another one";
  check_refused(console.call(console.operator_, "POST", "/jobs", other), 409, "token_reused");
  CHECK(console.must("GET", "/jobs")["total"] == 1);
}

TEST_CASE("a change keeps what it doesn't name") {
  Console console;
  const auto job = console.create_job("alpha");
  const auto path = "/jobs/" + job["id"].get<std::string>();
  const auto limited = console.must("PATCH", path, {{"transfer", {{"bandwidth_mbps", 5}}}});
  CHECK(limited["settings"]["transfer"]["bandwidth_mbps"] == 5);
  const auto checked = console.must("PATCH", path, {{"transfer", {{"checksum", true}}}});
  CHECK(checked["settings"]["transfer"]["bandwidth_mbps"] == 5);
  CHECK(checked["settings"]["transfer"]["checksum"] == true);
  const auto told = console.must("PATCH", path, {{"description", "told"}});
  CHECK(told["settings"]["transfer"] == checked["settings"]["transfer"]);
  CHECK(console.must("PATCH", path, {{"name", "beta"}})["settings"]["description"] == "told");
  check_refused(console.call(console.operator_, "PATCH", path, {{"transfer", {{"ssl", "maybe"}}}}),
                400, "invalid_argument");
}

TEST_CASE("of two who act on what both have seen, the second is told what it is now") {
  Console console;
  const auto job = console.create_job("alpha");
  const auto path = "/jobs/" + job["id"].get<std::string>();
  const auto seen = job["version"];
  const auto first = console.must("PATCH", path, {{"name", "beta"}, {"based_on", seen}});
  CHECK(first["version"] > seen);
  const auto late =
      console.call(console.operator_, "PATCH", path, {{"name", "gamma"}, {"based_on", seen}});
  check_refused(late, 412, "changed_meanwhile");
  CHECK(late.body["job"]["settings"]["name"] == "beta");
  CHECK(late.body["job"]["version"] == first["version"]);
  for (const std::string action : {"/cancel", "/start", "/pause", "/cut-over"}) {
    check_refused(console.call(console.operator_, "POST", path + action, {{"based_on", seen}}), 412,
                  "changed_meanwhile");
  }
  check_refused(console.call(console.operator_, "DELETE", path + "?based_on=1"), 412,
                "changed_meanwhile");
  CHECK(console.must("GET", path)["status"] == "Ready");
  // What it may not do in its state names that, too.
  const auto wrong = console.call(console.operator_, "POST", path + "/pause");
  check_refused(wrong, 409, "job_wrong_status");
  CHECK(wrong.body["job"]["status"] == "Ready");
  (void)console.must("POST", path + "/cancel", {{"based_on", first["version"]}});
  CHECK(eventually([&] { return console.must("GET", "/jobs")["total"] == 0; }));
}

TEST_CASE("every change is in the audit log, with who, what and what came of it") {
  Console console;
  const auto job = console.create_job("alpha");
  const auto path = "/jobs/" + job["id"].get<std::string>();
  (void)console.call(console.operator_, "POST", path + "/pause");
  const auto browser = console.log_in(console.operator_);
  (void)console.call(browser, "PATCH", path, {{"description", "why not"}});
  (void)console.call(console.viewer, "GET", path);
  const auto made = console.must("POST", "/access-keys", {{"role", "viewer"}, {"name", "board"}});
  console.restart();
  const auto log = console.must("GET", "/audit")["entries"];
  REQUIRE(log.size() == 5);  // newest first
  CHECK(log[0]["action"] == "createAccessKey");
  CHECK(log[0]["role"] == "admin");
  CHECK(log[1]["action"] == "modifyJob");
  CHECK(log[1]["who"] == console.operator_.id);
  CHECK(log[1]["from"] == "127.0.0.1");
  CHECK(log[1]["subject"] == path + R"( {"description":"why not"})");
  CHECK(log[1]["outcome"] == "done");
  CHECK(log[1]["ended_ms"] >= log[1]["at_ms"]);
  CHECK(log[2]["action"] == "logIn");
  CHECK(log[3]["action"] == "pauseJob");
  CHECK(log[3]["outcome"].get<std::string>().starts_with("FERRY-5011"));
  CHECK(log[4]["action"] == "createJob");
  const auto text = text_of(log);
  CHECK(text.find(made["secret"].get<std::string>()) == std::string::npos);
  CHECK(text.find(console.operator_.secret) == std::string::npos);
  const auto older = console.must(
      "GET", "/audit?limit=1&before=" + std::to_string(log[3]["seq"].get<int>()))["entries"];
  REQUIRE(older.size() == 1);
  CHECK(older[0] == log[4]);
}

TEST_CASE("diagnostics of a job are a file for operators, and in the audit log") {
  Console console;
  const std::string id = console.create_job("web-1")["id"];
  const auto target = "/jobs/" + id + "/diagnostics";
  check_refused(console.call(console.viewer, "GET", target), 403, "forbidden");
  const auto reply = console.call(console.operator_, "GET", target);
  CHECK(reply.status == 200);
  CHECK(reply.header("content-type") == "application/gzip");
  CHECK(reply.header("content-disposition").find("edgeferry-diagnose-" + id) != std::string::npos);
  check_refused(console.call(console.operator_, "GET", "/jobs/j-none/diagnostics"), 404,
                "not_found");
  const auto audit = console.must("GET", "/audit")["entries"];
  CHECK(std::ranges::count_if(audit, [](const Json& entry) {
          return entry["action"] == "getJobDiagnostics";
        }) == 2);
}
