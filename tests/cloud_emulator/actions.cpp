// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/actions.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t token_bytes_max = 64;
constexpr std::size_t tag_bytes_max = 128;
constexpr std::int64_t page_size_max = 100;
constexpr std::int64_t page_size_default = 10;

const Action* find_action(const std::string& service, const std::string& name) {
  static const auto table = [] {
    std::map<std::pair<std::string, std::string>, Action> all;
    for (const auto* group : {&vpc_actions(), &ecs_network_actions(), &ecs_instance_actions(),
                              &ecs_disk_actions(), &ecs_image_actions(), &ecs_export_actions(),
                              &ecs_tag_actions(), &ecs_assistant_actions(), &ens_actions()}) {
      for (const auto& action : *group) all.emplace(std::pair{action.service, action.name}, action);
    }
    return all;
  }();
  const auto found = table.find({service, name});
  return found == table.end() ? nullptr : &found->second;
}

Outcome<Json> create_once(Context& context, const Action& action, const Call& call) {
  const auto token = context.in.text("ClientToken");
  if (token.empty()) return action.act(context);
  const bool is_ascii = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
  if (token.size() > token_bytes_max || !is_ascii) return invalid("ClientToken");
  const auto name = call.action + ' ' + token;
  const auto meaning = context.in.meaning();
  if (const auto* before = context.world.token(name)) {
    if (text_of(*before, "meaning") == meaning) return before->at("result");
    return refuse(403, "IdempotentParameterMismatch",
                  "The request uses the same client token as a previous, but non-identical "
                  "request. Do not reuse a client token with different requests, unless the "
                  "requests are identical.");
  }
  auto outcome = action.act(context);
  if (outcome) context.world.keep_token(name, meaning, *outcome);
  return outcome;
}

/// An empty value stands for any.
bool has_all(const Json& own, const Json& wanted) {
  for (const auto& [key, value] : wanted.items()) {
    const auto found = own.find(key);
    if (found == own.end() || (value != "" && *found != value)) return false;
  }
  return true;
}

}  // namespace

Outcome<Json> perform(World& world, ObjectStore& store, const Call& call) {
  if (call.format != "JSON" && call.format != "XML") {
    return refuse(400, "InvalidParameter.Format", "Specified parameter format is not valid.");
  }
  const auto* action = find_action(service_of(call), call.action);
  if (action == nullptr) {
    return refuse(404, "InvalidApi.NotFound",
                  "Specified api is not found, please check your url and method.");
  }
  const std::lock_guard lock{world.mutex};
  world.settle();
  Context context{world, store, call.parameters, call.parameters.text("RegionId")};
  if (call.parameters.has("RegionId") && !is_region(context.region)) {
    return refuse(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");
  }
  if (action->region == Region::needed && context.region.empty()) {
    return refuse(call.parameters.needed("RegionId").error());
  }
  auto outcome = action->effect == Effect::creates ? create_once(context, *action, call)
                                                   : action->act(context);
  if (outcome && action->effect != Effect::reads) {
    if (auto saved = world.save(); !saved) return refuse(saved.error());
  }
  return outcome;
}

bool is_name(std::string_view name) {
  if (name.size() < name_bytes_min || name.size() > name_bytes_max) return false;
  const auto first = static_cast<unsigned char>(name.front());
  const bool is_letter = std::isalpha(first) != 0 || first >= 0x80;
  return is_letter && !name.starts_with("http://") && !name.starts_with("https://");
}

Outcome<Json*> need(Context& context, const char* kind, const std::string& id, const char* code) {
  auto* thing = context.world.find(kind, id);
  if (thing != nullptr && (context.region.empty() || text_of(*thing, "region") == context.region)) {
    return thing;
  }
  return refuse(404, code, "The specified resource " + id + " does not exist.");
}

Outcome<Json*> instance_of(Context& context) {
  const auto id = context.in.needed("InstanceId");
  if (!id) return refuse(id.error());
  return need(context, kind::instance, *id, no_instance);
}

tl::unexpected<Refusal> wrong_status(const char* code, int status) {
  return refuse(status, code,
                "The current status of the resource does not support this operation.");
}

std::vector<Json*> visible(Context& context, const char* kind,
                           const std::function<bool(const Json&)>& wanted) {
  const auto tags = tags_of(context.in).value_or(Json::object());
  std::vector<Json*> things;
  for (auto* thing : context.world.all(kind)) {
    if (!context.region.empty() && text_of(*thing, "region") != context.region) continue;
    if (!wanted(*thing)) continue;
    const bool has_tags = has_all(thing->at("tags"), tags);
    if (!has_tags) continue;
    if (auto& absent = (*thing)["absent"]; absent.get<std::int64_t>() > 0) {
      absent = absent.get<std::int64_t>() - 1;
      continue;
    }
    things.push_back(thing);
  }
  return things;
}

Outcome<Json> page(Context& context, const std::vector<Json*>& things, const char* container,
                   const char* element) {
  const auto number = context.in.number("PageNumber", 1, 1'000'000, 1);
  if (!number) return refuse(number.error());
  const auto size = context.in.number("PageSize", 1, page_size_max, page_size_default);
  if (!size) return refuse(size.error());
  Json entries = Json::array();
  const auto begin = static_cast<std::size_t>((*number - 1) * *size);
  for (auto i = begin; i < things.size() && i < begin + static_cast<std::size_t>(*size); ++i) {
    entries.push_back(shown(*things[i]));
    entries.back()["Tags"] = shown_tags(things[i]->at("tags"));
  }
  return Json{{container, {{element, std::move(entries)}}},
              {"TotalCount", things.size()},
              {"PageNumber", *number},
              {"PageSize", *size}};
}

bool is_among(const std::vector<std::string>& ids, const Json& thing) {
  return ids.empty() || std::ranges::find(ids, text_of(thing, "id")) != ids.end();
}

bool fits(const Context& context, const Json& thing, std::initializer_list<const char*> names) {
  return std::ranges::all_of(names, [&](const char* name) {
    return !context.in.has(name) || context.in.text(name) == text_of(thing, name);
  });
}

Outcome<> check_quota(Context& context, const char* kind, int status, const char* code) {
  const auto quota = context.world.settings.quotas.find(kind);
  if (quota == context.world.settings.quotas.end()) return {};
  const auto count = std::ranges::count_if(context.world.all(kind), [&](const Json* thing) {
    return context.region.empty() || text_of(*thing, "region") == context.region;
  });
  if (count < quota->get<std::int64_t>()) return {};
  return refuse(status, code, "The quota of the resource is used up.");
}

Outcome<Json> tags_of(const Parameters& in) {
  Json tags = Json::object();
  for (const auto& tag : in.structures("Tag")) {
    const auto key = tag.text("Key");
    const auto value = tag.text("Value");
    if (key.empty() || key.size() > tag_bytes_max || key.starts_with("aliyun") ||
        key.starts_with("acs:") || key.starts_with("http://") || key.starts_with("https://")) {
      return refuse(400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.");
    }
    if (value.size() > tag_bytes_max) {
      return refuse(400, "InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid.");
    }
    tags[key] = value;
  }
  if (tags.size() > tags_max) {
    return refuse(400, "NumberExceed.Tags",
                  "The maximum number of the Tag parameters cannot exceed 20.");
  }
  return tags;
}

Json shown_tags(const Json& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags.items()) {
    list.push_back({{"TagKey", key}, {"TagValue", value}});
  }
  return {{"Tag", std::move(list)}};
}

std::string minute_time(std::int64_t unix_ms) {
  auto text = utc_text(unix_ms);
  text.erase(text.size() - 4, 3);
  return text;
}

const std::vector<std::string>& regions() {
  static const std::vector<std::string> all{"cn-beijing", "ap-southeast-1", "cn-hangzhou",
                                            "cn-shanghai", "us-west-1"};
  return all;
}

bool is_region(std::string_view region) {
  return std::ranges::find(regions(), region) != regions().end();
}

std::vector<std::string> zones_of(const std::string& region) {
  return {region + "-a", region + "-b"};
}

}  // namespace ferry::emulator
