// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tags of things that are there already.
#include "tests/cloud_emulator/actions.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t resources_max = 50;

const char* kind_of(const std::string& type) {
  static const std::map<std::string, const char*> kinds{{"instance", kind::instance},
                                                        {"disk", kind::disk},
                                                        {"snapshot", kind::snapshot},
                                                        {"image", kind::image},
                                                        {"securitygroup", kind::security_group}};
  const auto found = kinds.find(type);
  return found == kinds.end() ? nullptr : found->second;
}

Outcome<std::vector<Json*>> resources_of(Context& context) {
  const auto type = context.in.needed("ResourceType");
  if (!type) return refuse(type.error());
  const auto* kind = kind_of(*type);
  if (kind == nullptr) {
    return refuse(404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist.");
  }
  const auto ids = context.in.list("ResourceId");
  if (ids.empty()) return refuse(400, "MissingParameter.ResourceIds", "ResourceIds is needed.");
  if (ids.size() > resources_max) {
    return refuse(400, "NumberExceed.ResourceIds",
                  "The maximum number of ResourceId parameters cannot exceed 50.");
  }
  std::vector<Json*> things;
  for (const auto& id : ids) {
    auto thing = need(context, kind, id, "InvalidResourceId.NotFound");
    if (!thing) return refuse(thing.error());
    things.push_back(*thing);
  }
  return things;
}

Outcome<Json> tag_resources(Context& context) {
  const auto things = resources_of(context);
  if (!things) return refuse(things.error());
  const auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  if (tags->empty()) return refuse(400, "MissingParameter.Tags", "Tags is needed.");
  for (const auto* thing : *things) {
    auto all = thing->at("tags");
    all.update(*tags);
    if (all.size() > tags_max) {
      return refuse(403, "TagQuotaExceeded", "A resource has at most 20 tags.");
    }
  }
  for (auto* thing : *things) (*thing)["tags"].update(*tags);
  return Json::object();
}

Outcome<Json> untag_resources(Context& context) {
  const auto things = resources_of(context);
  if (!things) return refuse(things.error());
  const auto keys = context.in.list("TagKey");
  for (auto* thing : *things) {
    if (keys.empty() && context.in.is_true("All")) (*thing)["tags"] = Json::object();
    for (const auto& key : keys) (*thing)["tags"].erase(key);
  }
  return Json::object();
}

Outcome<Json> list_tags(Context& context) {
  const auto type = context.in.needed("ResourceType");
  if (!type) return refuse(type.error());
  const auto* kind = kind_of(*type);
  if (kind == nullptr) {
    return refuse(404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist.");
  }
  const auto ids = context.in.list("ResourceId");
  Json list = Json::array();
  for (const auto* thing :
       visible(context, kind, [&](const Json& one) { return is_among(ids, one); })) {
    for (const auto& [key, value] : thing->at("tags").items()) {
      list.push_back({{"ResourceType", *type},
                      {"ResourceId", thing->at("id")},
                      {"TagKey", key},
                      {"TagValue", value}});
    }
  }
  return Json{{"TagResources", {{"TagResource", std::move(list)}}}, {"NextToken", ""}};
}

}  // namespace

const std::vector<Action>& ecs_tag_actions() {
  static const std::vector<Action> actions{
      {"ecs", "TagResources", tag_resources, Effect::changes},
      {"ecs", "UntagResources", untag_resources, Effect::changes},
      {"ecs", "ListTagResources", list_tags},
  };
  return actions;
}

}  // namespace ferry::emulator
