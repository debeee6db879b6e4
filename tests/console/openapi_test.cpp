// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The API's document and what is really answered are one.
#include <set>

#include <doctest/doctest.h>

#include "tests/console/console.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// What the document says of an operation's answer.
struct Described {
  std::string method;
  std::string path;
  Json operation;
};

std::map<std::string, Described> operations(const Json& document) {
  std::map<std::string, Described> all;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      const auto is_new =
          all.emplace(operation["operationId"], Described{upper, path, operation}).second;
      CHECK_MESSAGE(is_new, path);
    }
  }
  return all;
}

/// Calls operations by the document, and holds their answers against it.
class ByDocument {
 public:
  Console console{2};
  Json document;
  std::map<std::string, Described> all;
  std::set<std::string> called;

  ByDocument() {
    const auto reply = console.send(api_request("GET", "/openapi.json"));
    REQUIRE(reply.status == 200);
    document = reply.body;
    all = operations(document);
  }

  Json call(const std::string& operation, const std::vector<std::string>& ids = {},
            const Json& body = nullptr, const std::string& query = "") {
    const auto& told = all.at(operation);
    std::string target = told.path;
    for (const auto& id : ids) {
      target.replace(target.find('{'), target.find('}') - target.find('{') + 1, id);
    }
    const auto reply = console.call(console.admin, told.method, target + query, body);
    check(operation, reply);
    called.insert(operation);
    return reply.body;
  }

  void check(const std::string& operation, const ApiReply& reply) {
    CAPTURE(operation);
    const auto& responses = all.at(operation).operation["responses"];
    const auto status = std::to_string(reply.status);
    const auto& response = responses.contains(status) ? responses[status] : responses["default"];
    const auto fits = check_json(reply.body, response["content"]["application/json"]["schema"],
                                 document["components"]["schemas"], operation);
    CHECK_MESSAGE(fits, (fits ? "" : fits.error().what) << " in " << text_of(reply.body));
    if (responses.contains(status)) succeeded.insert(operation);
  }

  std::set<std::string> succeeded;
};

}  // namespace

TEST_CASE("every route is in the document, and every path of it is a route") {
  ByDocument api;
  CHECK(api.document["openapi"] == "3.1.0");
  CHECK(api.all.size() == console_routes().size());
  for (const auto& route : console_routes()) {
    const auto found = api.all.find(std::string{route.operation});
    REQUIRE_MESSAGE(found != api.all.end(), std::string{route.operation});
    CHECK(found->second.method == route.method);
    CHECK(found->second.path == route.path);
    CHECK(found->second.operation.contains("requestBody") == (route.body != nullptr));
    for (const auto& word : route.query) {
      const auto& told = found->second.operation["parameters"];
      CHECK(std::ranges::any_of(told, [&](const Json& p) { return p["name"] == word.name; }));
    }
  }
}

TEST_CASE("every answer has the fields of the document, and no others") {
  ByDocument api;
  const auto& source = api.console.desk.sources[0];
  const auto job =
      api.call("createJob", {}, {{"settings", {{"source", source}, {"region", "cn-beijing"}}}});
  const std::string id = job["id"];
  api.call("logIn", {}, {{"id", api.console.viewer.id}, {"secret", api.console.viewer.secret}});
  api.call("getSession");
  api.call("logOut");
  api.call("listSources");
  api.call("getSource", {source});
  api.call("modifySource", {source}, {{"name", "shop"}});
  api.call("refreshSource", {source});  // without its agent: refused
  api.call("planLayout", {}, {{"source", source}});
  const std::string code = api.call("createActivation", {}, {{"name", "codes"}})["id"];
  api.call("listActivations");
  api.call("getInstallCommand", {}, Json::object());  // refused: nothing is offered here
  api.call("listEcsInstances");                       // refused, as the next: no account is named
  api.call("createEcsImport", {}, {{"instances", {"i-1"}}});
  api.call("listEcsImports");
  for (const auto* action : {"cancelEcsImport", "retryEcsImport"}) {
    api.call(action, {"ei-none"}, Json::object());
  }
  api.call("getEcsImport", {"ei-none"});
  api.call("disableActivation", {code});
  api.call("deleteActivation", {code});
  api.call("listJobs");
  api.call("getJob", {id});
  api.call("listJobEvents", {id});
  api.call("listJobResources", {id}, nullptr, "?all=true");
  api.call("getJobCertificate", {id});  // refused, for it has no image yet
  api.call("getJobBootLog", {id});      // likewise
  api.call("modifyJob", {id}, {{"description", "x"}});
  for (const auto* action : {"startJob", "resumeJob", "retryJob", "pauseJob", "cutOverJob"}) {
    api.call(action, {id}, Json::object());
  }
  const std::string group = api.call("createWorkgroup", {}, {{"name", "wave"}})["id"];
  api.call("addToWorkgroup", {group}, {{"sources", {source}}});
  api.call("listWorkgroups");
  api.call("getWorkgroup", {group});
  api.call("modifyWorkgroup", {group}, {{"description", "x"}});
  api.call("removeFromWorkgroup", {group, source});
  api.call("deleteWorkgroup", {group});
  for (const auto* look : {"getCluster", "listNodes", "getTree", "listClusterEvents", "listTags",
                           "listResources", "listAccessKeys"}) {
    api.call(look);
  }
  api.call("releaseResource", {}, {{"token", "i-none"}});
  api.call("abandonResource", {}, {{"token", "i-none"}});
  const std::string key = api.call("createAccessKey", {}, {{"role", "viewer"}})["id"];
  api.call("disableAccessKey", {key});
  api.call("enableAccessKey", {key});
  api.call("deleteAccessKey", {key});
  api.call("listAudit");
  const std::string hook = api.call("addNotification", {},
                                    {{"kind", "webhook"}, {"target", "http://127.0.0.1:1/"}})["id"];
  api.call("listNotifications");
  api.call("testNotification", {hook});  // refused: nobody is there
  api.call("removeNotification", {hook});
  api.call("cancelJob", {id}, Json::object());
  CHECK(eventually([&] { return api.console.must("GET", "/jobs")["total"] == 0; }));
  api.call("deleteJob", {id});
  api.call("deleteSource", {api.console.desk.sources[1]});

  std::set<std::string> missing;
  for (const auto& [operation, ignored] : api.all) {
    if (!api.called.contains(operation)) missing.insert(operation);
  }
  // A stream, and a file.
  CHECK(missing == std::set<std::string>{"getJobDiagnostics", "watch"});
  // These need agents, nodes or other states; all others have shown their success.
  const std::set<std::string> refused{
      "refreshSource",    "getJobCertificate", "getJobBootLog",    "resumeJob",
      "retryJob",         "pauseJob",          "cutOverJob",       "startJob",
      "releaseResource",  "abandonResource",   "deleteJob",        "cancelJob",
      "testNotification", "getInstallCommand", "listEcsInstances", "createEcsImport",
      "cancelEcsImport",  "retryEcsImport",    "getEcsImport"};
  for (const auto& operation : api.called) {
    if (!refused.contains(operation)) CHECK_MESSAGE(api.succeeded.contains(operation), operation);
  }
}

TEST_CASE("a field that the document doesn't have is refused, wherever it is, and named") {
  Console console;
  const auto refuse = [&](const Json& body, const std::string& where) {
    const auto reply = console.call(console.operator_, "POST", "/jobs", body);
    check_refused(reply, 400, "invalid_argument");
    CHECK_MESSAGE(reply.body["what"].get<std::string>().starts_with(where), text_of(reply.body));
  };
  const std::string body = "the body";
  refuse({{"setings", Json::object()}}, body + " has no field 'setings'");
  refuse({{"settings", {{"sauce", "x"}}}}, body + ".settings has no field 'sauce'");
  refuse({{"settings", {{"transfer", {{"compression", -1}}}}}}, body + ".settings.transfer.compr");
  refuse({{"settings", {{"transfer", {{"compression", 1.5}}}}}}, body + ".settings.transfer.compr");
  refuse({{"settings", {{"transfer", {{"compression", 4'294'967'296}}}}}},
         body + ".settings.transfer.compr");
  refuse({{"settings", {{"disks", {{{"index", "0"}}}}}}}, body + ".settings.disks[0].index");
  refuse({{"settings", "x"}}, body + ".settings is no object");
  refuse({{"client_token", 5}}, body + ".client_token is no text");
  refuse(Json::array(), body + " is no object");
  CHECK(console.must("GET", "/jobs")["total"] == 0);
}

TEST_CASE("paths, methods and parameters that aren't there are refused") {
  Console console;
  const auto refuse = [&](const std::string& method, const std::string& target, int status) {
    const auto reply =
        console.call(console.admin, method, target, method == "GET" ? Json{} : Json::object());
    CHECK_MESSAGE(reply.status == status, method << " " << target << text_of(reply.body));
    CHECK(reply.body.contains("error"));
    return reply;
  };
  refuse("GET", "", 404);
  refuse("GET", "/", 404);
  refuse("GET", "/nothing", 404);
  refuse("GET", "/sources/", 404);
  refuse("GET", "/jobs/a/b/c", 404);
  refuse("GET", "/sources/" + std::string(200, 's'), 404);
  refuse("GET", "/" + std::string(8000, 'p'), 404);
  CHECK(refuse("PUT", "/jobs", 405).header("allow") == "GET, POST");
  refuse("DELETE", "/jobs", 405);
  refuse("GET", "/jobs?colour=red", 400);
  refuse("GET", "/jobs?status=Ready&status=Ready", 400);
  refuse("GET", "/jobs?limit=-1", 400);
  refuse("GET", "/jobs?limit=1e3", 400);
  refuse("GET", "/jobs?newest_first=yes", 400);
  refuse("GET", "/jobs?search=" + std::string(300, 'x'), 400);
  refuse("POST", "/activations/at-none/disable", 404);
}

TEST_CASE("health and readiness need no key") {
  Console console;
  const auto at = [&](const std::string& path) {
    HttpRequest request;
    request.path = path;
    return console.send(request);
  };
  CHECK(at("/healthz").status == 200);
  CHECK(at("/readyz").status == 200);
  console.desk.stop();
  CHECK(at("/healthz").status == 200);
  check_refused(at("/readyz"), 503, "unreachable");
  // Nothing is told of a dead controller that may not be true any more.
  check_refused(console.call(console.admin, "GET", "/jobs"), 503, "unreachable");
  check_refused(console.send(api_request("POST", "/session", {{"id", "a"}, {"secret", "b"}})), 503,
                "unreachable");
}
