// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/resource_check.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace ferry {
namespace {

/// All workers see the same bucket, registry, machines and images of their disks.
bool is_shared(const std::string& kind) {
  constexpr auto kinds = std::to_array<std::string_view>(
      {"bucket_object", "upload", "ens_image", "machine", "temporary_disk", "network", "vswitch",
       "firewall", "snapshot", "custom_image", "export_object"});
  return std::ranges::find(kinds, kind) != kinds.end();
}

ResourceView view_of(const StoredResource& row, const char* what) {
  ResourceView view;
  view.token = row.token;
  view.kind = row.kind;
  view.job = row.job;
  view.state = to_string(row.state);
  view.finding = what;
  view.node = node_of(row);
  view.since_ms = row.changed_ms;
  view.parent = row.parent;
  view.bytes_max = row.bytes;
  return view;
}

ResourceView view_of(const FoundResource& found, const std::string& node) {
  ResourceView view;
  view.kind = found.kind;
  view.name = found.name;
  view.node = node;
  view.bytes = found.bytes;
  view.since_ms = found.modified_ms;
  view.bucket = found.bucket;
  return view;
}

const char* use_of(const KnownResource& known) {
  return known.job_failed ? finding::kept : finding::in_use;
}

/// What to say of a found thing that belongs to no open row of an unfinished job.
const char* judge(const FoundResource& found, const KnownResource* known, const Look& look) {
  if (known == nullptr) return finding::unknown;
  if (found.kind == "ens_image" && known->delivered) return nullptr;
  if (is_open(known->row.state)) return known->job_ended ? finding::leaked : use_of(*known);
  // A release that was under way while the node was asked is no leak.
  return known->row.changed_ms < look.began_ms ? finding::leaked : nullptr;
}

/// Whether all answered that could have something of this row.
bool looked_everywhere(const StoredResource& row, const Look& look) {
  const auto answered = [&](std::string_view role, const std::string& name) {
    return std::ranges::any_of(look.nodes, [&](const NodeInventory& node) {
      return node.role == role && (name.empty() || node.node == name) && node.left_out == 0;
    });
  };
  if (row.kind == "instance") return answered("transition", node_of(row));
  return answered(shared_role, {}) && (row.kind != "export" || answered("worker", node_of(row)));
}

const char* judge_row(const KnownResource& known, bool found, const Look& look) {
  if (found || !looked_everywhere(known.row, look)) {
    return known.job_ended ? finding::leaked : use_of(known);
  }
  if (known.job_ended) return finding::gone;
  // An export has nothing left once it was imported and released, so only the disks of
  // an instance, and a machine, are missed.
  const bool stays = known.row.kind == "instance" || known.row.kind == "machine";
  const bool settled =
      stays && known.row.state == ResourceState::created && known.row.changed_ms < look.began_ms;
  return settled ? finding::missing : use_of(known);
}

}  // namespace

bool is_used(std::string_view what) { return what == finding::in_use || what == finding::kept; }

std::vector<ResourceView> check_resources(const Look& look) {
  std::vector<ResourceView> views;
  std::map<std::string, std::uint64_t> bytes;  // of open rows, by token
  std::map<std::pair<std::string, std::string>, std::uint64_t> part_bytes;  // by kind and name
  std::set<std::array<std::string, 3>> seen;  // an older worker tells everything twice
  for (const auto& node : look.nodes) {
    for (const auto& found : node.resources) {
      const auto where = is_shared(found.kind) ? "/" + found.bucket : node.node;
      if (!seen.insert({where, found.kind, found.name}).second) continue;
      const auto it = look.ledger.find(found.token);
      const auto* known = it != look.ledger.end() ? &it->second : nullptr;
      const auto* what = judge(found, known, look);
      if (what == nullptr) continue;
      if (known != nullptr && is_open(known->row.state)) {
        bytes[found.token] += found.bytes;
        part_bytes[{found.kind, found.key.empty() ? found.name : found.key}] += found.bytes;
      }
      if (is_used(what)) continue;  // its row stands for it
      auto view = view_of(found, node.node);
      if (known != nullptr) {
        view.token = known->row.token;
        view.job = known->row.job;
        view.state = to_string(known->row.state);
      }
      view.finding = what;
      views.push_back(std::move(view));
    }
  }
  for (const auto& [token, known] : look.ledger) {
    if (!is_open(known.row.state)) continue;
    auto view = view_of(known.row, judge_row(known, bytes.contains(token), look));
    view.bytes = bytes.contains(token) ? bytes[token] : 0;
    const auto whole = views.insert(views.end(), std::move(view))->finding;
    for (const auto& row : known.parts) {
      auto part = view_of(row, whole.c_str());
      part.name = row.name;
      const auto found = part_bytes.find({row.kind, row.name});
      if (found != part_bytes.end()) part.bytes = found->second;
      views.push_back(std::move(part));
    }
  }
  for (const auto& row : look.closed) views.push_back(view_of(row, finding::closed));
  return views;
}

}  // namespace ferry
