// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/find_ids.hpp"

#include <cstdlib>

#include "apps/commands.hpp"
#include "apps/limits.hpp"

namespace ferry {
namespace {

constexpr auto completion_patience = limits::completion_wait_max;

template <class Items, class Help>
std::vector<Candidate> each(const Items& items, const Help& help) {
  std::vector<Candidate> found;
  for (const auto& item : items) found.push_back({item.id, help(item)});
  return found;
}

std::vector<Candidate> jobs(Operator& op) {
  const auto all = all_jobs(op, "", completion_patience);
  if (!all) return {};
  return each(all->jobs, [](const JobView& job) { return job.settings.name + ", " + job.status; });
}

std::vector<Candidate> sources(Operator& op) {
  const auto all = op.client.ask<SourceList>("sources", ListSources{}, completion_patience);
  if (!all) return {};
  return each(all->sources, [](const SourceView& source) {
    return (source.name.empty() ? source.inventory.hostname : source.name) + ", " + source.state;
  });
}

std::vector<Candidate> activations(Operator& op) {
  const auto all = op.client.ask<ActivationList>("sources", ListActivations{}, completion_patience);
  if (!all) return {};
  return each(all->activations,
              [](const ActivationView& code) { return code.name + ", " + code.status; });
}

std::vector<Candidate> workgroups(Operator& op) {
  const auto all =
      op.client.ask<WorkgroupList>("workgroups", ListWorkgroups{}, completion_patience);
  if (!all) return {};
  return each(all->workgroups, [](const WorkgroupView& group) { return group.name; });
}

std::vector<Candidate> access_keys(Operator& op) {
  const auto all =
      op.client.ask<AccessKeyList>("access_keys", ListAccessKeys{}, completion_patience);
  if (!all) return {};
  return each(all->keys, [](const auto& key) { return key.name + ", " + key.role; });
}

std::vector<Candidate> resources(Operator& op) {
  const auto all = op.client.ask<ResourceList>("janitor", ListResources{}, completion_patience);
  std::vector<Candidate> found;
  if (!all) return found;
  for (const auto& resource : all->resources) {
    const auto& word = resource.token.empty() ? resource.name : resource.token;
    found.push_back({word, resource.kind + ", " + resource.finding});
  }
  return found;
}

}  // namespace

std::vector<Candidate> find_ids(const std::string& kind, const std::string& cluster_file) {
  const char* usual = std::getenv("EDGEFERRY_CONFIG");
  const auto config = load_config(!cluster_file.empty() ? cluster_file
                                  : usual != nullptr    ? usual
                                                        : "edgeferry.toml");
  if (!config) return {};
  auto op = Operator::connect(*config, false);
  if (!op) return {};
  if (kind == "JOB") return jobs(*op);
  if (kind == "SOURCE") return sources(*op);
  if (kind == "ACTIVATION") return activations(*op);
  if (kind == "WORKGROUP") return workgroups(*op);
  if (kind == "ACCESSKEY") return access_keys(*op);
  if (kind == "RESOURCE") return resources(*op);
  return {};
}

}  // namespace ferry
