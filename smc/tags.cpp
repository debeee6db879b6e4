// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tags of source servers, replication jobs and workgroups.
#include <algorithm>
#include <set>

#include "actors/controller/user_words.hpp"
#include "base/text.hpp"
#include "smc/listing.hpp"

namespace ferry {
namespace {

constexpr std::size_t resources_max = 50;
constexpr std::size_t asked_max = 1000;       // beyond the rules, for refusals in their own words
constexpr std::size_t entries_of_page = 200;  // of ListTagResources

enum class Kind : std::uint8_t { source, job, workgroup };

ApiResult<Kind> kind_of(const Parameters& parameters) {
  const auto type = parameters.text("ResourceType");
  if (type.empty()) {
    return refuse(400, "MissingParameter.ResourceType", "You must specify ResourceType.");
  }
  if (type == "sourceserver") return Kind::source;
  if (type == "replicationjob") return Kind::job;
  if (type == "workgroup") return Kind::workgroup;
  return refuse(400, "InvalidResourceType.NotFound", "The specified ResourceType does not exist.");
}

std::string_view type_of(Kind kind) {
  if (kind == Kind::source) return "ALIYUN::SMC::SOURCESERVER";
  return kind == Kind::job ? "ALIYUN::SMC::REPLICATIONJOB" : "ALIYUN::SMC::WORKGROUP";
}

ApiResult<std::vector<std::string>> resources_of(const Parameters& parameters) {
  auto ids = parameters.list("ResourceId", asked_max);
  if (!ids) return ids;
  if (ids->size() > resources_max) {
    return refuse(400, "NumberExceed.ResourceIds",
                  "The maximum number of ResourceId parameters cannot exceed 50.");
  }
  if (std::set<std::string>{ids->begin(), ids->end()}.size() != ids->size()) {
    return refuse(400, "Duplicate.ResourceId", "The ResourceId contains duplicate values.");
  }
  return ids;
}

struct Tagged {
  std::string id;
  std::vector<Tag> tags;
};

/// All of a kind, by id.
ApiResult<std::vector<Tagged>> all_of(Kind kind, const ControllerLink& controller) {
  std::vector<Tagged> all;
  if (kind == Kind::job) {
    const auto jobs = all_jobs(controller);
    if (!jobs) return refuse(jobs.error());
    for (const auto& job : *jobs) all.push_back({job.id, job.settings.tags});
  } else if (kind == Kind::workgroup) {
    const auto groups = controller.ask<WorkgroupList>("workgroups", ListWorkgroups{});
    if (!groups) return refuse(api_error(groups.error(), about_workgroups));
    for (const auto& group : groups->workgroups) all.push_back({group.id, group.tags});
  } else {
    const auto sources = controller.ask<SourceList>("sources", ListSources{});
    if (!sources) return refuse(api_error(sources.error(), about_sources));
    for (const auto& source : sources->sources) all.push_back({source.id, source.tags});
  }
  std::ranges::sort(all, {}, &Tagged::id);
  return all;
}

ApiResult<bool> check_known(const std::vector<Tagged>& all, const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    if (std::ranges::find(all, id, &Tagged::id) == all.end()) {
      return refuse(400, "InvalidResourceId.NotFound", "The specified ResourceIds do not exist.");
    }
  }
  return true;
}

ApiError refusal_of(const Error& error, const Subject& subject) {
  if (error.code == Errc::limit_exceeded) {
    return {400, "NumberExceed.Tags", "The maximum number of the Tag parameters cannot exceed 20."};
  }
  return api_error(error, subject);
}

ApiResult<bool> change_one(Kind kind, const std::string& id, const TagChange& change,
                           const ControllerLink& controller) {
  if (kind == Kind::source) {
    const auto done =
        controller.ask<SourceList>("sources", ModifySource{.source = id, .tags = change});
    if (!done) return refuse(refusal_of(done.error(), about_sources));
    return true;
  }
  if (kind == Kind::workgroup) {
    const auto done = controller.ask<WorkgroupView>(
        "workgroups", ModifyWorkgroup{.workgroup = id, .tags = change});
    if (!done) return refuse(refusal_of(done.error(), about_workgroups));
    return true;
  }
  ModifyJob modify;
  modify.job = id;
  modify.keep_transfer = true;
  modify.tags = change;
  const auto done = controller.ask<JobView>("jobs", modify);
  if (!done) return refuse(refusal_of(done.error(), about_jobs));
  return true;
}

/// Nothing is changed if any of them can't be; each is changed durably before the next.
ApiResult<Json> change_tags(const Call& call, const TagChange& change) {
  const auto kind = kind_of(call.parameters);
  if (!kind) return refuse(kind.error());
  const auto ids = resources_of(call.parameters);
  if (!ids) return refuse(ids.error());
  if (ids->empty()) return missing("ResourceId.1");
  const auto all = all_of(*kind, call.controller);
  if (!all) return refuse(all.error());
  if (auto known = check_known(*all, *ids); !known) return refuse(known.error());
  for (const auto& id : *ids) {
    const auto tagged = std::ranges::find(*all, id, &Tagged::id);
    if (auto good = changed_tags(tagged->tags, change); !good) {
      return refuse(refusal_of(good.error(), about_jobs));
    }
  }
  for (const auto& id : *ids) {
    if (auto done = change_one(*kind, id, change, call.controller); !done) {
      return refuse(done.error());
    }
  }
  return Json::object();
}

/// Where a page begins: behind this entry, "ID KEY".
ApiResult<std::string> place_of(const Parameters& parameters) {
  const auto token = parameters.text("NextToken");
  auto place = from_base64url(token);
  if (!place || to_base64url(*place) != token) return invalid("NextToken");
  return std::move(*place);
}

}  // namespace

ApiResult<Json> tag_resources(const Call& call) {
  if (auto kind = kind_of(call.parameters); !kind) return refuse(kind.error());
  auto tags = tags_of(call.parameters);
  if (!tags) return refuse(tags.error());
  if (tags->empty()) return missing("Tag.1.Key");
  return change_tags(call, {.put = std::move(*tags)});
}

ApiResult<Json> untag_resources(const Call& call) {
  if (auto kind = kind_of(call.parameters); !kind) return refuse(kind.error());
  auto keys = call.parameters.list("TagKey", asked_max);
  if (!keys) return refuse(keys.error());
  if (keys->size() > limits::tags_max) {
    return refuse(400, "NumberExceed.Tags",
                  "The maximum number of the Tag parameters cannot exceed 20.");
  }
  const auto all = call.parameters.flag("All");
  if (!all) return refuse(all.error());
  const bool every_one = keys->empty() && all->value_or(false);
  if (keys->empty() && !every_one) return missing("TagKey.1");
  return change_tags(call, {.put = {}, .remove = std::move(*keys), .remove_all = every_one});
}

ApiResult<Json> list_tag_resources(const Call& call) {
  const auto kind = kind_of(call.parameters);
  if (!kind) return refuse(kind.error());
  const auto ids = resources_of(call.parameters);
  if (!ids) return refuse(ids.error());
  const auto filters = tags_of(call.parameters);
  if (!filters) return refuse(filters.error());
  const auto begin = place_of(call.parameters);
  if (!begin) return refuse(begin.error());
  const auto all = all_of(*kind, call.controller);
  if (!all) return refuse(all.error());
  if (auto known = check_known(*all, *ids); !known) return refuse(known.error());
  auto entries = Json::array();
  std::string last;
  std::string next;
  for (const auto& [id, tags] : *all) {
    const bool asked = ids->empty() || std::ranges::count(*ids, id) > 0;
    if (!asked || !has_tags(tags, *filters)) continue;
    auto sorted = tags;
    std::ranges::sort(sorted, {}, &Tag::key);
    for (const auto& [key, value] : sorted) {
      const auto place = id + " " + key;
      if (place <= *begin || !next.empty()) continue;
      if (entries.size() == entries_of_page) {
        next = to_base64url(last);
        continue;
      }
      last = place;
      entries.push_back({{"ResourceType", type_of(*kind)},
                         {"ResourceId", id},
                         {"TagKey", key},
                         {"TagValue", value}});
    }
  }
  return Json{{"TagResources", {{"TagResource", std::move(entries)}}}, {"NextToken", next}};
}

}  // namespace ferry
