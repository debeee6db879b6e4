// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A real Prometheus watches a cluster by the files of config/, and knows what the API says.
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/free_port.hpp"
#include "cloud/http/http_client.hpp"
#include "messages/access_key.hpp"
#include "tests/cluster/background.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  auto at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  for (; at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Started with copies of the files of config/, in which address and pace are others.
class Prometheus {
 public:
  Prometheus(const std::string& target, const AccessKeyCreated& key) {
    const auto source = fs::path{FERRY_SOURCE_FOLDER} / "config";
    auto config = read_file(source / "prometheus.yml");
    REQUIRE(config);
    std::ofstream{file("prometheus.yml")}
        << replaced(replaced(*config, "15s", "1s"), "127.0.0.1:7444", target);
    fs::copy_file(source / "alerts.yml", file("alerts.yml"));
    std::ofstream{file("edgeferry.key")} << key.id + "." + key.secret + "\n";
    program_ = std::make_unique<Background>(
        Words{"prometheus", "--config.file=" + file("prometheus.yml"),
              "--storage.tsdb.path=" + file("data"), "--web.listen-address=" + address_},
        file("output"));
  }

  /// The value of a query with one answer; nothing if it has none, or nobody answers yet.
  [[nodiscard]] std::optional<double> ask(const std::string& query) {
    HttpRequest request;
    request.method = "GET";
    request.host = address_;
    request.path = "/api/v1/query";
    request.query = {{"query", query}};
    const auto answer = client_.send(request);
    if (!answer || answer->status != 200) return std::nullopt;
    const auto result = nlohmann::json::parse(answer->body)["data"]["result"];
    if (result.size() != 1) return std::nullopt;
    return std::stod(result[0]["value"][1].get<std::string>());
  }
  [[nodiscard]] bool learns(const std::string& query, double wished) {
    return eventually([&] { return ask(query) == wished; }, 20s);
  }
  [[nodiscard]] std::string errors() const { return program_->errors(); }

 private:
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_.path() / name).string();
  }

  TempFolder folder_;
  std::string address_ = "127.0.0.1:" + std::to_string(free_port());
  HttpClient client_{{.scheme = "http"}};
  std::unique_ptr<Background> program_;
};

}  // namespace

TEST_CASE("Prometheus learns from a cluster what its API says") {
  if (!run_ok({.argv = {"prometheus", "--version"}})) {
    MESSAGE("skipped: no Prometheus here, see scripts/install-packages --metrics");
    return;
  }
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 64 * mib, 24 * mib);
  const auto console = "127.0.0.1:" + std::to_string(free_port());
  Cluster cluster{{.disks = {disk}, .more = "[console]\nlisten = \"" + console + "\"\n"}};
  const auto key = from_json<AccessKeyCreated>(
      cluster.must({"accesskey", "create", "--role", "viewer", "--name", "prometheus"}));
  Prometheus prometheus{console, key};
  CHECK_MESSAGE(prometheus.learns("up{job=\"edgeferry\"}", 1), prometheus.errors());
  CHECK(prometheus.learns("edgeferry_sources{state=\"Available\"}", 1));
  CHECK(prometheus.learns("sum(edgeferry_node_up)", 2));
  CHECK(prometheus.learns("edgeferry_nodes_up{role=\"agent\"}", 1));

  const auto id = cluster.start_job({"--bandwidth", "4"});
  const auto begun = cluster.wait_until_copied(id, 10);
  CHECK(prometheus.learns("edgeferry_jobs{status=\"Running\"}", 1));
  CHECK(prometheus.learns("edgeferry_resources_held{kind=\"instance\"}", 1));
  const auto series = "{migration=\"" + id + "\"}";
  CHECK(eventually([&] {
    const auto sent = prometheus.ask("edgeferry_job_sent_bytes" + series);
    const auto now = cluster.job(id);
    return sent && *sent >= static_cast<double>(begun.disks.at(0).bytes_sent) &&
           *sent <= static_cast<double>(now.disks.at(0).bytes_sent);
  }));
  CHECK(eventually(
      [&] { return prometheus.ask("edgeferry_job_speed_bytes_per_second" + series).has_value(); }));

  (void)cluster.must({"job", "modify", id, "--bandwidth", "0"});
  const auto job = cluster.wait_for_status(id, "Finished");
  CHECK(prometheus.learns("edgeferry_jobs{status=\"Finished\"}", 1));
  CHECK(prometheus.learns("sum(edgeferry_jobs)", 1));
  const auto& copied = job.disks.at(0);
  CHECK(prometheus.learns("edgeferry_sent_bytes_total", static_cast<double>(copied.bytes_sent)));
  CHECK(prometheus.learns("edgeferry_wire_bytes_total", static_cast<double>(copied.wire_bytes)));
  CHECK(prometheus.learns("sum(edgeferry_resources_held) or vector(0)", 0));
  CHECK(prometheus.learns("edgeferry_sources_offline", 0));
}
