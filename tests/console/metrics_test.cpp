// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What Prometheus is told, and that the dashboard and the alerts of config/ ask for nothing else.
// promtool checks it all where it is installed (scripts/install-packages --metrics).
#include <fstream>
#include <regex>
#include <set>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/subprocess.hpp"
#include "metrics/limits.hpp"
#include "tests/console/console.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::test;
namespace fs = std::filesystem;

namespace {

struct Page {
  int status = 0;
  std::string type;
  std::string text;

  /// -1 if there is no such series.
  [[nodiscard]] double value(const std::string& series) const {
    const auto at = ("\n" + text).find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 1));
  }
  [[nodiscard]] bool has(const std::string& words) const {
    return text.find(words) != std::string::npos;
  }
};

Page page(const Console& console, const std::string& key) {
  HttpClient client{{.scheme = "http"}};
  HttpRequest request;
  request.method = "GET";
  request.path = "/metrics";
  request.host = console.config.console.listen;
  if (!key.empty()) request.headers.push_back({"authorization", "Bearer " + key});
  const auto answer = client.send(request);
  REQUIRE(answer);
  return {answer->status, std::string{answer->header("content-type")}, answer->body};
}

Page page(const Console& console) {
  // Whoever asks again at once is told the same.
  std::this_thread::sleep_for(limits::metrics_fresh + std::chrono::milliseconds{50});
  return page(console, console.viewer.id + "." + console.viewer.secret);
}

fs::path config_file(const std::string& name) { return source_folder() / "config" / name; }

/// Names of our metrics and of our process's in a query, without what histograms append.
std::set<std::string> metrics_in(const std::string& query) {
  std::set<std::string> names;
  const std::regex name{"(edgeferry|process)_[a-z_]+"};
  for (auto it = std::sregex_iterator{query.begin(), query.end(), name};
       it != std::sregex_iterator{}; ++it) {
    names.insert(std::regex_replace(it->str(), std::regex{"_(bucket|count|sum)$"}, ""));
  }
  return names;
}

void collect_queries(const Json& json, std::vector<std::string>& queries) {
  if (json.is_object() && json.contains("expr")) queries.push_back(json["expr"]);
  if (!json.is_structured()) return;
  for (const auto& part : json) collect_queries(part, queries);
}

/// Of all threads of this process.
std::int64_t cpu_us() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000 + used.ru_utime.tv_usec +
         used.ru_stime.tv_usec;
}

bool has_promtool() { return run_ok({.argv = {"promtool", "--version"}}).has_value(); }

/// Runs promtool with a file as its input; returns its exit code.
int promtool_reads(const std::vector<std::string>& words, const fs::path& file) {
  const auto in = open_file(file, O_RDONLY);
  REQUIRE(in);
  std::vector<std::string> argv{"promtool"};
  argv.insert(argv.end(), words.begin(), words.end());
  const auto pid = spawn(argv, 1, 2, {}, in->get());
  REQUIRE(pid);
  int status = 0;
  REQUIRE(::waitpid(*pid, &status, 0) == *pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("metrics are for whoever has a key or a session, and for nobody else") {
  Console console;
  CHECK(page(console, "").status == 401);
  CHECK(page(console, console.viewer.id + ".wrong").status == 401);
  for (const auto& key : {console.viewer, console.operator_, console.admin}) {
    const auto told = page(console, key.id + "." + key.secret);
    CHECK(told.status == 200);
    CHECK(told.type == "text/plain; version=0.0.4; charset=utf-8");
  }
}

TEST_CASE("metrics say what the API says") {
  Console console{3};
  (void)console.create_job("first");
  const auto told = page(console);
  for (const auto* part : {"jobs", "nodes", "sources"}) {
    CHECK(told.value("edgeferry_collector_success{part=\"" + std::string{part} + "\"}") == 1);
  }
  CHECK(told.value("edgeferry_jobs{status=\"Ready\"}") == 1);
  CHECK(told.value("edgeferry_jobs{status=\"InError\"}") == 0);
  std::map<std::string, int> states;
  const auto list = console.must("GET", "/sources");
  for (const auto& source : list["sources"]) {
    ++states[source["state"].get<std::string>()];
  }
  CHECK(!states.empty());
  for (const auto& [state, count] : states) {
    CHECK(told.value("edgeferry_sources{state=\"" + state + "\"}") == count);
  }
  const auto nodes = console.must("GET", "/nodes")["nodes"];
  CHECK(told.value("edgeferry_nodes_up{role=\"agent\"}") == static_cast<double>(nodes.size()));
  CHECK(told.value("edgeferry_agent_heartbeat_age_max_seconds") >= 0);
  CHECK(told.value("edgeferry_journal_commit_seconds_count") > 0);
  CHECK(told.value("edgeferry_audited_changes_total{outcome=\"done\"}") >= 1);
  CHECK(told.value("process_resident_memory_bytes") > 0);
}

TEST_CASE("requests, refusals and streams are counted, and no path of a stranger makes a series") {
  Console console;
  const auto before = page(console);
  const std::string ours = "server=\"console\",status=";
  const auto refused =
      "edgeferry_http_requests_total{route=\"createActivation\"," + ours + "\"403\"}";
  const auto strange = "edgeferry_http_requests_total{route=\"none\"," + ours + "\"404\"}";
  CHECK(console.call(console.viewer, "POST", "/activations", {{"name", "x"}}).status == 403);
  CHECK(console.call(console.viewer, "GET", "/stranger-7").status == 404);
  CHECK(console.call(console.viewer, "GET", "/stranger-8").status == 404);
  const auto after = page(console);
  CHECK(after.value(refused) == std::max(0.0, before.value(refused)) + 1);
  CHECK(after.value(strange) == std::max(0.0, before.value(strange)) + 2);
  CHECK(!after.has("stranger"));
  CHECK(after.value("edgeferry_event_streams") == 0);
  CHECK(after.value("edgeferry_limit{of=\"event_streams\"}") == limits::watchers_max);
}

TEST_CASE("a node of the cluster file that nobody has heard of is down") {
  Console console;
  console.server.reset();
  NodeConfig worker;
  worker.name = "worker-9";
  worker.role = "worker";
  console.config.nodes.push_back(worker);
  console.start_server();
  const auto told = page(console);
  CHECK(told.value("edgeferry_node_up{node=\"worker-9\",role=\"worker\"}") == 0);
  CHECK(told.value("edgeferry_nodes{role=\"worker\"}") ==
        told.value("edgeferry_nodes_up{role=\"worker\"}") + 1);
}

TEST_CASE("each metric that the dashboard and the alerts ask for is there") {
  Console console;
  (void)page(console, "");  // which is counted when it is answered
  const auto told = page(console);
  const auto dashboard = read_file(config_file("grafana-dashboard.json"));
  const auto alerts = read_file(config_file("alerts.yml"));
  REQUIRE((dashboard && alerts));
  const auto json = Json::parse(*dashboard);
  std::vector<std::string> queries;
  collect_queries(json["panels"], queries);
  CHECK(queries.size() >= json["panels"].size());
  std::istringstream lines{*alerts};
  for (std::string line; std::getline(lines, line);) {
    if (line.find("expr: ") != std::string::npos) queries.push_back(line);
  }
  CHECK(queries.size() > 30);
  for (const auto& query : queries) {
    const auto names = metrics_in(query);
    CHECK_MESSAGE((!names.empty() || query.find("up{") != std::string::npos), query);
    for (const auto& name : names) CHECK_MESSAGE(told.has("# TYPE " + name + " "), name);
  }
}

TEST_CASE("each metric is described in docs/observability.md") {
  Console console;
  (void)page(console, "");
  const auto told = page(console);
  const auto words = read_file(source_folder() / "docs" / "observability.md");
  REQUIRE(words);
  const std::regex type{"# TYPE ([a-z_]+) "};
  std::size_t count = 0;
  for (auto it = std::sregex_iterator{told.text.begin(), told.text.end(), type};
       it != std::sregex_iterator{}; ++it, ++count) {
    CHECK_MESSAGE(words->find("`" + it->str(1) + "`") != std::string::npos, it->str(1));
  }
  CHECK(count > 40);
}

TEST_CASE("Prometheus' own tool finds nothing wrong") {
  if (!has_promtool()) {
    MESSAGE("skipped: no promtool here, see scripts/install-packages --metrics");
    return;
  }
  Console console;
  (void)console.create_job("checked");
  Folder folder;
  const auto text = folder.path() / "metrics";
  std::ofstream{text} << page(console).text;
  CHECK(promtool_reads({"check", "metrics"}, text) == 0);
  for (const auto* name : {"prometheus.yml", "alerts.yml"}) {
    fs::copy_file(config_file(name), folder.path() / name);
  }
  std::ofstream{folder.path() / "edgeferry.key"} << "id.secret\n";
  const auto checked = run_ok(
      {.argv = {"promtool", "check", "config", (folder.path() / "prometheus.yml").string()}});
  CHECK_MESSAGE(checked, (checked ? "" : to_string(checked.error())));
  const auto cases = folder.path() / "alerts_test.yml";
  fs::copy_file(source_folder() / "tests" / "console" / "alerts_test.yml", cases);
  const auto fired = run_ok({.argv = {"promtool", "test", "rules", cases.string()}});
  CHECK_MESSAGE(fired, (fired ? "" : to_string(fired.error())));
}

TEST_CASE("with 1,000 source servers a page costs less than 100 ms of this process") {
  Console console{1000};
  (void)page(console);
  std::int64_t best_us = 1'000'000;
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(limits::metrics_fresh);
    // Not by a clock on the wall: this machine may be busy.
    const auto begun_us = cpu_us();
    const auto told = page(console, console.viewer.id + "." + console.viewer.secret);
    best_us = std::min(best_us, cpu_us() - begun_us);
    CHECK(told.value("edgeferry_sources{state=\"Available\"}") +
              told.value("edgeferry_sources{state=\"Unavailable\"}") ==
          1000);
  }
  MESSAGE("the cheapest of three pages took " << best_us << " us");
#ifndef FERRY_SANITIZED
  CHECK(best_us < 100'000);
#endif
}
