// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One id finds what all processes have written about one migration, and nothing of another.
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/free_port.hpp"
#include "cloud/http/http_client.hpp"
#include "messages/access_key.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const std::string given_trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string env_trace = "0af7651916cd43dd8448eb211c80319c";

std::string traceparent(const std::string& trace) { return "00-" + trace + "-00f067aa0ba902b7-01"; }

struct Traced {
  TempFolder folder;
  fs::path disk = made_disk(folder.path() / "system.raw");
  std::string console = "127.0.0.1:" + std::to_string(free_port());
  Cluster cluster{{.disks = {disk},
                   .more = "[console]\nlisten = \"" + console +
                           "\"\n[log]\nformat = \"json\"\nlevel = \"debug\"\n"}};
  AccessKeyCreated key = from_json<AccessKeyCreated>(
      cluster.must({"accesskey", "create", "--role", "operator", "--name", "test"}));
  HttpClient client{{.scheme = "http"}};

  static fs::path made_disk(const fs::path& path) {
    make_server_disk(path, 64 * mib, 24 * mib);
    return path;
  }

  HttpResponse post(const std::string& path, const Json& body, std::vector<NameValue> headers) {
    HttpRequest request{"POST", console, "/api/v1" + path, {}, std::move(headers), body.dump()};
    request.headers.push_back({"content-type", "application/json"});
    request.headers.push_back({"authorization", "Bearer " + key.id + "." + key.secret});
    const auto answer = client.send(request);
    REQUIRE_MESSAGE(answer, (answer ? "" : to_string(answer.error())));
    return *answer;
  }

  /// All lines of a node's logs; each must be JSON.
  [[nodiscard]] std::vector<Json> lines(const std::string& node) const {
    std::vector<Json> all;
    for (const auto& file : fs::directory_iterator{cluster.state() / "logs"}) {
      if (!file.path().filename().string().starts_with(node + ".log")) continue;
      std::ifstream in{file.path()};
      for (std::string line; std::getline(in, line);) {
        auto object = Json::parse(line, nullptr, false);
        if (line.starts_with("Import Source Server")) continue;  // the agent's word to people
        const bool whole = object.is_object() && object.contains("fields");
        CHECK_MESSAGE(whole, node << ": " << line);
        if (whole) all.push_back(std::move(object));
      }
    }
    return all;
  }
  [[nodiscard]] std::vector<Json> lines_of(const std::string& node,
                                           const std::string& trace) const {
    auto all = lines(node);
    std::erase_if(all, [&](const Json& line) { return line.value("trace", "") != trace; });
    return all;
  }
  [[nodiscard]] bool says(const std::string& node, const std::string& trace,
                          const std::string& event) const {
    return std::ranges::any_of(lines_of(node, trace),
                               [&](const Json& line) { return line["event"] == event; });
  }
};

const Words all_nodes{"controller", "transition-1", "worker-1", "source"};

void check_told_everywhere(const Traced& traced, const std::string& trace) {
  CHECK(traced.says("controller", trace, "job event"));
  CHECK(traced.says("source", trace, "copying starts"));
  CHECK(traced.says("transition-1", trace, "data session opened"));
  CHECK(traced.says("transition-1", trace, "transition instance released"));
  CHECK(traced.says("worker-1", trace, "export starts"));
  CHECK(traced.says("worker-1", trace, "import starts"));
}

}  // namespace

TEST_CASE("one id finds the lines of all processes for one migration, whoever dies meanwhile") {
  Traced traced;
  auto& cluster = traced.cluster;
  const auto created = traced.post("/jobs",
                                   {{"settings",
                                     {{"source", cluster.source()},
                                      {"region", "cn-beijing"},
                                      {"name", "first"},
                                      {"transfer", {{"bandwidth_mbps", 80}}}}}},
                                   {{"traceparent", traceparent(given_trace)}});
  REQUIRE_MESSAGE(created.status == 201, created.body);
  CHECK(created.header("traceresponse").starts_with("00-" + given_trace + "-"));
  const std::string first = Json::parse(created.body)["id"];
  CHECK(cluster.job(first).trace == given_trace);
  CHECK(cluster.cli({"job", "show", first}).out.find(given_trace) != std::string::npos);
  // Later requests have traces of their own; what the job does stays in its own.
  const auto started = traced.post("/jobs/" + first + "/start", Json::object(),
                                   {{"traceparent", traceparent(env_trace)}});
  CHECK_MESSAGE(started.status == 200, started.body);

  (void)cluster.wait_until_copied(first, 40);
  const auto before = traced.lines_of("controller", given_trace).size();
  cluster.kill_9("controller");
  (void)cluster.wait_for_status(first, "Finished");
  CHECK(cluster.job(first).trace == given_trace);
  CHECK(traced.lines_of("controller", given_trace).size() > before);
  check_told_everywhere(traced, given_trace);

  // The next one gets its trace from the environment of a command, and another from its id.
  const auto told = run_ok(
      {.argv = {"env", "TRACEPARENT=" + traceparent(env_trace), program("edgeferry"), "--config",
                cluster.file().string(), "--json", "job", "create", "--source", cluster.source()}});
  REQUIRE_MESSAGE(told, (told ? "" : to_string(told.error())));
  const auto second = from_json<JobView>(*told);
  CHECK(second.trace == env_trace);
  (void)cluster.must({"job", "delete", second.id});
  const auto third = cluster.start_job();
  (void)cluster.wait_for_status(third, "Finished");
  const auto own_trace = cluster.job(third).trace;
  CHECK(own_trace.size() == 32);
  check_told_everywhere(traced, own_trace);
  for (const auto& node : all_nodes) {
    for (const auto& line : traced.lines(node)) {
      const auto text = line.dump();
      const auto trace = line.value("trace", "");
      const auto names = [&](const std::string& job) {
        return text.find(job) != std::string::npos;
      };
      CHECK_MESSAGE(!(names(first) && trace != given_trace), text);
      CHECK_MESSAGE(!(names(third) && trace != own_trace), text);
    }
  }
}
