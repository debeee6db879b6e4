// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Source servers, and what an image of one would be like.
#include "console/lists.hpp"
#include "messages/layout.hpp"
#include "messages/source.hpp"

namespace ferry {
namespace {

struct SourcePage {
  std::vector<SourceView> sources;
  std::uint32_t total = 0;  // that match
  FERRY_FIELDS(sources, total)
};

/// As ModifySource; what is absent stays as it is.
struct SourceChange {
  std::string name;
  std::string description;
  TagChange tags;
  std::string resource_group;
  FERRY_FIELDS(name, description, tags, resource_group)
};

Result<ConsoleReply> one(const Result<SourceList>& answer) {
  if (!answer) return fail(answer.error());
  if (answer->sources.size() == 1) return reply(answer->sources.front());
  return fail(Errc::not_found, "there is no such source server");
}

bool has_address(const SourceView& source, const std::string& search) {
  return std::ranges::any_of(source.inventory.nics, [&](const NicInfo& nic) {
    return std::ranges::any_of(nic.addresses,
                               [&](const auto& text) { return match_text(search, {text}); });
  });
}

Result<ConsoleReply> list_sources(const ConsoleCall& call) {
  auto all = call.controller.ask<SourceList>("sources", ListSources{});
  if (!all) return fail(all.error());
  const auto search = call.query.text("search");
  const auto state = call.query.text("state");
  const auto tags = tag_filters(call.query);
  std::erase_if(all->sources, [&](const SourceView& source) {
    const bool found = match_text(search, {source.id, source.name, source.description,
                                           source.inventory.hostname, source.inventory.os_name}) ||
                       has_address(source, search);
    return !found || !(state.empty() || source.state == state) || !match_tags(source.tags, tags);
  });
  SourcePage page{std::move(all->sources)};
  page.total = static_cast<std::uint32_t>(page.sources.size());
  cut_to_page(page.sources, call.query);
  return reply(page);
}

Result<ConsoleReply> get_source(const ConsoleCall& call) {
  return one(call.controller.ask<SourceList>("sources", ListSources{call.ids[0]}));
}

Result<ConsoleReply> refresh(const ConsoleCall& call) {
  return one(call.controller.ask<SourceList>("sources", RefreshSource{call.ids[0]}));
}

Result<ConsoleReply> modify_source(const ConsoleCall& call) {
  auto change = read_record<SourceChange>(call.body);
  if (!change) return fail(change.error());
  ModifySource request{call.ids[0], change->name};
  request.set_description = call.body.contains("description");
  request.description = change->description;
  request.tags = std::move(change->tags);
  request.set_resource_group = call.body.contains("resource_group");
  request.resource_group = change->resource_group;
  return one(call.controller.ask<SourceList>("sources", request));
}

Result<ConsoleReply> remove_source(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "sources", DeleteSource{call.ids[0], call.query.flag("wait")});
}

Result<ConsoleReply> plan(const ConsoleCall& call) {
  const auto request = read_record<PlanLayout>(call.body);
  if (!request) return fail(request.error());
  return ask_and_reply<LayoutPlan>(call, "sources", *request);
}

}  // namespace

std::vector<ConsoleRoute> source_routes() {
  using enum AccessRole;
  const ConsoleWord search{"search",
                           "part of an id, a name, a description, a host name, a system "
                           "or an address"};
  const ConsoleWord state{"state", "Available, InUse, Unavailable or Deleting"};
  const ConsoleWord tag{"tag", "KEY or KEY=VALUE", ConsoleWord::Kind::text, true};
  const ConsoleWord wait{"wait", "true: one that a job has goes once the job lets it go",
                         ConsoleWord::Kind::flag};
  return {
      {"GET", "/sources", "listSources", "Source servers, without the facts of their inventories",
       viewer, told<SourcePage>, list_sources, nullptr, with_page({search, state, tag})},
      {"GET", "/sources/{source}", "getSource", "One of them, with its inventory and findings",
       viewer, told<SourceView>, get_source},
      {"POST", "/sources/{source}/refresh", "refreshSource",
       "Has its agent look at the server again, which takes some seconds", operator_,
       told<SourceView>, refresh},
      {"PATCH", "/sources/{source}", "modifySource", "Changes what it is called", operator_,
       told<SourceView>, modify_source, asked<SourceChange>},
      {"DELETE",
       "/sources/{source}",
       "deleteSource",
       "Forgets it and its key",
       operator_,
       told<Done>,
       remove_source,
       nullptr,
       {wait}},
      {.method = "POST",
       .path = "/plans",
       .operation = "planLayout",
       .summary = "What the disks of an image would be like; nothing is made",
       .answer = told<LayoutPlan>,
       .run = plan,
       .body = asked<PlanLayout>,
       .changes = false},
  };
}

}  // namespace ferry
