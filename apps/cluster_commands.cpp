// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "apps/commands.hpp"
#include "apps/node.hpp"
#include "apps/output.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "certificate/signing_key.hpp"

namespace ferry {
namespace {

struct KeyView {
  std::string algorithm;
  std::string fingerprint;
  std::string file;
  std::string bus;  // CURVE key, Z85, by which clients of the message bus know it
  FERRY_FIELDS(algorithm, fingerprint, file, bus)
};

std::size_t depth_of(const std::string& path) {
  return static_cast<std::size_t>(std::ranges::count(path, '/'));
}

/// Whether a later actor has the same parent; `from` is where to look on.
bool has_younger_sibling(const std::vector<ActorView>& actors, std::size_t from,
                         std::size_t depth) {
  for (auto i = from; i < actors.size(); ++i) {
    const auto other = depth_of(actors[i].path);
    if (other == depth) return true;
    if (other < depth) return false;
  }
  return false;
}

/// "├─ jobs" with the lines of the levels above it.
std::string drawn_name(const std::vector<ActorView>& actors, std::size_t index) {
  const auto& path = actors[index].path;
  const auto depth = depth_of(path);
  std::string line;
  for (std::size_t level = 0; level < depth; ++level) {
    line += has_younger_sibling(actors, index + 1, level) ? "│  " : "   ";
  }
  line += has_younger_sibling(actors, index + 1, depth) ? "├─ " : "└─ ";
  return line + path.substr(path.rfind('/') + 1);
}

void print_node(const NodeTree& node, std::int64_t now_ms) {
  std::printf("%s (%s)\n", node.node.c_str(), node.role.c_str());
  Table table{{"   ACTOR", "RESTART", "STATE", "FOR", "RESTARTS", "LAST EXIT"}};
  for (std::size_t i = 0; i < node.actors.size(); ++i) {
    const auto& actor = node.actors[i];
    table.add({drawn_name(node.actors, i), actor.restart, actor.state,
               human_seconds((now_ms - actor.since_ms) / 1000), std::to_string(actor.restarts),
               actor.last_exit.empty() ? "-" : actor.last_exit});
  }
  table.print();
  if (node.left_out > 0) {
    std::printf("   and %llu more\n", static_cast<unsigned long long>(node.left_out));
  }
}

}  // namespace

int node_list(Operator& op) {
  return ask_and_print<NodeList>(op, "nodes", ListNodes{}, [](const NodeList& list) {
    Table table{{"NODE", "ROLE", "STATE", "VERSION", "LAST SEEN"}};
    for (const auto& node : list.nodes) {
      table.add({node.node, node.role, node.online ? "online" : "offline", node.version,
                 utc_text(node.last_seen_ms)});
    }
    table.print();
  });
}

int cluster_tree(Operator& op) {
  return ask_and_print<ClusterTree>(op, "overview", GetClusterTree{}, [](const ClusterTree& tree) {
    for (const auto& node : tree.nodes) print_node(node, wall_ms());
  });
}

int cluster_events(Operator& op, const ListClusterEvents& request) {
  return ask_and_print<ClusterEventList>(op, "overview", request, [](const ClusterEventList& list) {
    Table table{{"TIME", "EVENT", "SUBJECT", "WHAT HAPPENED"}};
    for (const auto& event : list.events) {
      table.add({utc_text(event.at_ms), event.kind, event.subject, event.text});
    }
    table.print();
  });
}

int cluster_backup(Operator& op, const std::string& file) {
  // A relative path means this folder, and the controller may run in another one.
  const BackUpDatabase request{std::filesystem::absolute(file).lexically_normal().string()};
  return ask_and_print<DatabaseBackedUp>(op, "overview", request, [](const auto& copy) {
    std::printf("%s holds the controller's database, %s\n", copy.file.c_str(),
                human_bytes(copy.bytes).c_str());
  });
}

int cluster_key(const ClusterConfig& config, bool json) {
  const auto file = signing_key_file(config).string() + ".pub";
  const auto key = read_signing_public_key(file);
  if (!key) {
    return print_error({key.error().code, key.error().what,
                        "the controller makes it when it starts first; ask on its host"},
                       json);
  }
  const auto own = load_public_key(key_file(config, "controller").string() + ".pub");
  if (!own) return print_error(own.error(), json);
  const KeyView view{"ed25519", key_fingerprint(*key), file, *own};
  if (json) return print_json(view);
  std::printf("fingerprint  %s\npublic key   %s\nbus key      %s\n", view.fingerprint.c_str(),
              view.file.c_str(), view.bus.c_str());
  return exit_ok;
}

}  // namespace ferry
