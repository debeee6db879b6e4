// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The cluster: its settings as far as people choose by them, its nodes, and temporary resources.
#include "base/version.hpp"
#include "config/ecs_account.hpp"
#include "console/lists.hpp"
#include "messages/link.hpp"
#include "messages/resource.hpp"
#include "messages/source.hpp"
#include "messages/tag_use.hpp"
#include "messages/tree.hpp"

namespace ferry {
namespace {

struct BucketChoice {
  std::string name;    // by which a job names it
  std::string kind;    // folder, oss or s3
  std::string region;  // of a store
  std::string prefix;  // of image names there, unless a job says another one
  FERRY_FIELDS(name, kind, region, prefix)
};

struct ClusterView {
  std::string name;
  std::string version;     // of the controller's program
  std::string controller;  // where agents find it
  std::string region;      // of images, unless a job says another one
  std::string machines;    // none, or the cloud that jobs rent from
  std::string boot_proof;  // unless a job says otherwise
  LimitsConfig limits;
  PricesConfig prices;
  std::string machine_type;  // that jobs rent unless they say otherwise; empty: one in stock
  std::vector<BucketChoice> buckets;  // of which a job names one; the first is that of all others
  std::string ecs_region;             // whose instances can be imported; empty: no account is named
  FERRY_FIELDS(name, version, controller, region, machines, boot_proof, limits, prices,
               machine_type, buckets, ecs_region)
};

struct ResourceToken {
  std::string token;
  FERRY_FIELDS(token)
};

Result<ConsoleReply> cluster(const ConsoleCall& call) {
  const auto& config = call.config;
  std::vector<BucketChoice> buckets;
  for (const auto* bucket : all_buckets(config)) {
    buckets.push_back({bucket->name, bucket->kind, bucket->region, bucket->prefix});
  }
  const auto account = ecs_account(config);
  return reply(ClusterView{config.name, program_version, controller_endpoint(config),
                           config.registry.region, config.machines.kind, config.jobs.boot_proof,
                           config.limits, config.prices, config.machines.type, std::move(buckets),
                           account ? account->region : ""});
}

Result<ConsoleReply> nodes(const ConsoleCall& call) {
  return ask_and_reply<NodeList>(call, "nodes", ListNodes{});
}

Result<ConsoleReply> tree(const ConsoleCall& call) {
  return ask_and_reply<ClusterTree>(call, "overview", GetClusterTree{});
}

Result<ConsoleReply> events(const ConsoleCall& call) {
  return ask_and_reply<ClusterEventList>(call, "overview",
                                         ListClusterEvents{call.query.number("after", 0)});
}

Result<ConsoleReply> resources(const ConsoleCall& call) {
  return ask_and_reply<ResourceList>(
      call, "janitor", ListResources{call.query.flag("leaked"), call.query.flag("all")});
}

Result<ConsoleReply> release(const ConsoleCall& call) {
  const auto wish = read_record<ResourceToken>(call.body);
  if (!wish) return fail(wish.error());
  return ask_and_reply<Done>(call, "janitor", ReleaseResource{wish->token});
}

Result<ConsoleReply> abandon(const ConsoleCall& call) {
  const auto wish = read_record<ResourceToken>(call.body);
  if (!wish) return fail(wish.error());
  return ask_and_reply<Done>(call, "jobs", AbandonResource{wish->token});
}

Result<ConsoleReply> tags(const ConsoleCall& call) {
  const auto sources = call.controller.ask<SourceList>("sources", ListSources{});
  if (!sources) return fail(sources.error());
  const auto jobs = every_job(call.controller);
  if (!jobs) return fail(jobs.error());
  return reply(count_tags(sources->sources, *jobs));
}

}  // namespace

std::vector<ConsoleRoute> cluster_routes() {
  using enum AccessRole;
  using enum ConsoleWord::Kind;
  const ConsoleWord after{"after", "number of the last event that is known", number};
  const ConsoleWord leaked{"leaked", "true: only what no unfinished job uses", flag};
  const ConsoleWord closed{"all", "true: those that have ended, too", flag};
  return {
      {"GET", "/cluster", "getCluster", "The cluster's settings and limits", viewer,
       told<ClusterView>, cluster},
      {"GET", "/nodes", "listNodes", "Its nodes and agents", viewer, told<NodeList>, nodes},
      {"GET", "/tree", "getTree", "The actors of all processes", viewer, told<ClusterTree>, tree},
      {"GET",
       "/cluster-events",
       "listClusterEvents",
       "What belongs to no single job",
       viewer,
       told<ClusterEventList>,
       events,
       nullptr,
       {after}},
      {"GET", "/tags", "listTags", "Which tags there are on source servers and jobs", viewer,
       told<TagUses>, tags},
      {"GET",
       "/resources",
       "listResources",
       "Temporary resources of all jobs",
       viewer,
       told<ResourceList>,
       resources,
       nullptr,
       {leaked, closed}},
      {"POST", "/resources/release", "releaseResource",
       "Removes what carries a token and no unfinished job uses", operator_, told<Done>, release,
       asked<ResourceToken>},
      {"POST", "/resources/abandon", "abandonResource",
       "Gives up what can't be released, so that its job can end", admin, told<Done>, abandon,
       asked<ResourceToken>},
  };
}

}  // namespace ferry
