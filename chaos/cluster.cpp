// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/cluster.hpp"

#include <algorithm>

#include "base/process.hpp"
#include "base/subprocess.hpp"
#include "chaos/undo.hpp"
#include "cloud/json_read.hpp"

namespace ferry::chaos {
namespace {

constexpr std::chrono::seconds up_limit{60};

}  // namespace

Result<ClusterProcesses> RealCluster::processes() const {
  const auto file = std::filesystem::path{config_.state} / "cluster.json";
  auto text = read_file(file, 1 << 20);
  if (!text) {
    return fail(Errc::cluster_not_running, "cluster " + config_.name + " does not run on this host",
                "run 'edgeferry cluster up " + file_.string() + "' first");
  }
  return record_from_json<ClusterProcesses>(*text, file.string());
}

bool RealCluster::lives(const NodeProcess& node) const {
  return static_cast<bool>(open_process(node.pid, node.start_ticks));
}

Result<NodeProcess> RealCluster::running(const std::string& node) const {
  auto all = processes();
  if (!all) return fail(all.error());
  const auto found = std::ranges::find(all->nodes, node, &NodeProcess::name);
  if (found != all->nodes.end() && lives(*found)) return *found;
  return fail(Errc::cluster_not_running, "node " + node + " does not run on this host");
}

Result<> RealCluster::up(const std::vector<std::string>& prefix) const {
  Command command{.argv = prefix, .timeout = up_limit};
  for (const auto& word : {edgeferry_program(), std::string{"cluster"}, std::string{"up"},
                           file_.string(), std::string{"--detach"}}) {
    command.argv.push_back(word);
  }
  auto done = run_ok(command);
  if (!done) return fail(done.error());
  return {};
}

Endpoint bound_endpoint(const std::string& listen) {
  auto endpoint = parse_endpoint(listen).value_or(Endpoint{});
  if (endpoint.is_wildcard()) endpoint.host = "127.0.0.1";
  return endpoint;
}

Result<Client> RealCluster::operator_link() const {
  const auto keys_folder = std::filesystem::path{config_.state} / "keys";
  if (!std::filesystem::exists(keys_folder / "operator")) {
    return fail(Errc::cluster_not_running, "there is no operator key in " + keys_folder.string(),
                "run this on the controller's host, after 'edgeferry cluster up'");
  }
  auto keys = load_or_make_key_pair(keys_folder / "operator");
  if (!keys) return fail(keys.error());
  auto server_key = load_public_key(keys_folder / "controller.pub");
  if (!server_key) return fail(server_key.error());
  const auto& controller = controller_of(config_);
  const auto endpoint = runs_here(controller) ? to_string(bound_endpoint(controller.listen))
                                              : controller_endpoint(config_);
  return Client{{endpoint, *server_key, *keys}};
}

std::string RealCluster::folder(std::string_view name) const {
  if (name == "state") return config_.state;
  if (name == "bucket") return config_.bucket.path;
  if (name == "registry") return config_.registry.path;
  for (const auto& node : config_.nodes) {
    if (!runs_here(node)) continue;
    if (name == "storage" && node.role == "transition") return node.storage;
    if (name == "scratch" && node.role == "worker") return node.scratch;
  }
  return {};
}

}  // namespace ferry::chaos
