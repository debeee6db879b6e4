// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "apps/commands.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

std::string dash_if_empty(const std::string& text) { return text.empty() ? "-" : text; }

/// A part stands below its resource.
std::string token_text(const ResourceView& resource) {
  if (resource.parent.empty()) return dash_if_empty(resource.token);
  return "  " + resource.token.substr(resource.parent.size());
}

std::string space_text(const ResourceView& resource) {
  if (resource.bytes == 0 && resource.bytes_max != 0) {
    return "max " + human_bytes(resource.bytes_max);
  }
  return human_bytes(resource.bytes);
}

void print_resources(const ResourceList& list) {
  Table table{{"TOKEN", "KIND", "FOUND", "STATE", "JOB", "NODE", "SPACE", "SINCE", "NAME"}};
  for (const auto& resource : list.resources) {
    table.add({token_text(resource), resource.kind, resource.finding, dash_if_empty(resource.state),
               dash_if_empty(resource.job), dash_if_empty(resource.node), space_text(resource),
               resource.since_ms == 0 ? "-" : utc_text(resource.since_ms),
               dash_if_empty(resource.name)});
  }
  table.print();
  if (std::ranges::any_of(list.resources, [](const auto& r) { return r.finding == "kept"; })) {
    std::puts("kept: by a job in error; 'job retry' goes on with it, 'job cancel' releases it");
  }
  for (const auto& node : list.silent_nodes) {
    std::printf("node %s did not answer; what it keeps is not shown\n", node.c_str());
  }
  if (!list.shared_seen) {
    std::puts("no worker could look at bucket and registry; what they keep is not shown");
  }
}

}  // namespace

int resource_list(Operator& op, const ListResources& request, const std::string& job) {
  auto list = op.client.ask<ResourceList>("janitor", request);
  if (!list) return print_error(list.error(), op.json);
  std::erase_if(list->resources, [&](const auto& r) { return !job.empty() && r.job != job; });
  if (op.json) return print_json(*list);
  print_resources(*list);
  return exit_ok;
}

int resource_release(Operator& op, const std::string& token) {
  return ask_and_print<Done>(op, "janitor", ReleaseResource{token},
                             [&](const Done&) { std::printf("%s is removed\n", token.c_str()); });
}

int resource_abandon(Operator& op, const std::string& token) {
  return ask_and_print<Done>(op, "jobs", AbandonResource{token}, [&](const Done&) {
    std::printf("%s is given up; its job ends without it, and what is left of it has leaked\n",
                token.c_str());
  });
}

}  // namespace ferry
