// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// VPC 2016-04-28: private networks and their switches.
#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"
#include "tests/cloud_emulator/actions.hpp"
#include "tests/cloud_emulator/address_block.hpp"

namespace ferry::emulator {
namespace {

constexpr auto no_vpc = "InvalidVpcId.NotFound";
constexpr auto no_vswitch = "InvalidVSwitchId.NotFound";

bool is_private(const AddressBlock& block) {
  return std::ranges::any_of(std::array{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"},
                             [&](const char* range) { return block_of(range)->contains(block); });
}

/// Tags have other member names here than in ECS.
Outcome<Json> vpc_page(Context& context, const std::vector<Json*>& things, const char* container,
                       const char* element) {
  auto answer = page(context, things, container, element);
  if (!answer) return answer;
  for (auto& one : (*answer)[container][element]) {
    for (auto& tag : one["Tags"]["Tag"]) {
      tag = Json{{"Key", tag["TagKey"]}, {"Value", tag["TagValue"]}};
    }
  }
  return answer;
}

Outcome<Json> create_vpc(Context& context) {
  auto cidr = context.in.text("CidrBlock");
  if (cidr.empty()) cidr = "172.16.0.0/12";
  const auto block = block_of(cidr);
  if (!block || !is_private(*block) || block->bits > 28) return invalid("CidrBlock");
  if (auto good = check_quota(context, kind::vpc, 400, "QuotaExceeded.Vpc"); !good) {
    return refuse(good.error());
  }
  const auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  auto& vpc = context.world.make(kind::vpc, "vpc", context.region,
                                 {{"RegionId", context.region},
                                  {"VpcName", context.in.text("VpcName")},
                                  {"Description", context.in.text("Description")},
                                  {"CidrBlock", cidr},
                                  {"Status", "Pending"},
                                  {"IsDefault", false},
                                  {"VRouterId", random_id("vrt")},
                                  {"RouteTableId", random_id("vtb")}});
  vpc["VpcId"] = vpc["id"];
  vpc["tags"] = *tags;
  vpc["CreationTime"] = utc_text(vpc["made_ms"].get<std::int64_t>());
  context.world.later(vpc, 1, {{"Status", "Available"}});
  return Json{
      {"VpcId", vpc["id"]}, {"VRouterId", vpc["VRouterId"]}, {"RouteTableId", vpc["RouteTableId"]}};
}

Outcome<Json> describe_vpcs(Context& context) {
  const auto ids = context.in.comma_list("VpcId");
  auto things = visible(context, kind::vpc, [&](const Json& vpc) {
    return is_among(ids, vpc) && fits(context, vpc, {"VpcName"});
  });
  for (auto* vpc : things) {
    Json switches = Json::array();
    for (const auto* one : context.world.all(kind::vswitch)) {
      if (one->at("VpcId") == vpc->at("id")) switches.push_back(one->at("id"));
    }
    (*vpc)["VSwitchIds"] = {{"VSwitchId", std::move(switches)}};
  }
  return vpc_page(context, things, "Vpcs", "Vpc");
}

Outcome<Json> delete_vpc(Context& context) {
  const auto id = context.in.needed("VpcId");
  if (!id) return refuse(id.error());
  const auto vpc = need(context, kind::vpc, *id, no_vpc);
  if (!vpc) return refuse(vpc.error());
  if (text_of(**vpc, "Status") != "Available") return wrong_status("IncorrectVpcStatus", 400);
  for (const auto& [kind, code] : {std::pair{kind::vswitch, "DependencyViolation.VSwitch"},
                                   {kind::security_group, "DependencyViolation.SecurityGroup"}}) {
    for (const auto* thing : context.world.all(kind)) {
      if (text_of(*thing, "VpcId") == *id) {
        return refuse(400, code,
                      "Specified object has dependent resources: " + text_of(*thing, "id") + ".");
      }
    }
  }
  context.world.remove(kind::vpc, *id);
  return Json::object();
}

Outcome<AddressBlock> free_block(Context& context, const Json& vpc) {
  const auto block = block_of(context.in.text("CidrBlock"));
  if (!block || block->bits < 16 || block->bits > 29 ||
      !block_of(text_of(vpc, "CidrBlock"))->contains(*block)) {
    return invalid("CidrBlock");
  }
  for (const auto* other : context.world.all(kind::vswitch)) {
    if (other->at("VpcId") == vpc.at("id") &&
        block_of(text_of(*other, "CidrBlock"))->overlaps(*block)) {
      return refuse(400, "InvalidCidrBlock.Overlapped",
                    "Specified CIDR block overlapped with other subnets.");
    }
  }
  return *block;
}

Outcome<Json> create_vswitch(Context& context) {
  for (const auto* name : {"ZoneId", "VpcId", "CidrBlock"}) {
    if (auto there = context.in.needed(name); !there) return refuse(there.error());
  }
  const auto zones = zones_of(context.region);
  const auto zone = context.in.text("ZoneId");
  if (std::ranges::find(zones, zone) == zones.end()) {
    return refuse(404, "InvalidZoneId.NotFound", "Specified value of ZoneId is not exists.");
  }
  const auto vpc = need(context, kind::vpc, context.in.text("VpcId"), no_vpc);
  if (!vpc) return refuse(vpc.error());
  if (text_of(**vpc, "Status") != "Available") return wrong_status("IncorrectVpcStatus", 400);
  const auto block = free_block(context, **vpc);
  if (!block) return refuse(block.error());
  if (auto good = check_quota(context, kind::vswitch, 400, "QuotaExceeded.VSwitch"); !good) {
    return refuse(good.error());
  }
  const auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  constexpr int kept_addresses = 4;  // the network, the gateway, the broadcast, ...
  auto& made =
      context.world.make(kind::vswitch, "vsw", context.region,
                         {{"VpcId", text_of(**vpc, "id")},
                          {"ZoneId", zone},
                          {"CidrBlock", context.in.text("CidrBlock")},
                          {"VSwitchName", context.in.text("VSwitchName")},
                          {"Description", context.in.text("Description")},
                          {"AvailableIpAddressCount", (1 << (32 - block->bits)) - kept_addresses},
                          {"IsDefault", false},
                          {"Status", "Pending"}});
  made["VSwitchId"] = made["id"];
  made["tags"] = *tags;
  made["CreationTime"] = utc_text(made["made_ms"].get<std::int64_t>());
  context.world.later(made, 1, {{"Status", "Available"}});
  return Json{{"VSwitchId", made["id"]}};
}

Outcome<Json> describe_vswitches(Context& context) {
  const auto ids = context.in.comma_list("VSwitchId");
  return vpc_page(
      context,
      visible(context, kind::vswitch,
              [&](const Json& one) {
                return is_among(ids, one) && fits(context, one, {"VpcId", "ZoneId", "VSwitchName"});
              }),
      "VSwitches", "VSwitch");
}

Outcome<Json> delete_vswitch(Context& context) {
  const auto id = context.in.needed("VSwitchId");
  if (!id) return refuse(id.error());
  const auto one = need(context, kind::vswitch, *id, no_vswitch);
  if (!one) return refuse(one.error());
  if (text_of(**one, "Status") != "Available") return wrong_status("IncorrectVSwitchStatus", 400);
  for (const auto* instance : context.world.all(kind::instance)) {
    if (instance->at("VpcAttributes").at("VSwitchId") == *id) {
      return refuse(400, "DependencyViolation",
                    "Specified object has dependent resources: " + text_of(*instance, "id") + ".");
    }
  }
  context.world.remove(kind::vswitch, *id);
  return Json::object();
}

}  // namespace

const std::vector<Action>& vpc_actions() {
  static const std::vector<Action> actions{
      {"vpc", "CreateVpc", create_vpc, Effect::creates},
      {"vpc", "DescribeVpcs", describe_vpcs},
      {"vpc", "DeleteVpc", delete_vpc, Effect::changes, Region::optional},
      {"vpc", "CreateVSwitch", create_vswitch, Effect::creates},
      {"vpc", "DescribeVSwitches", describe_vswitches, Effect::reads, Region::optional},
      {"vpc", "DeleteVSwitch", delete_vswitch, Effect::changes, Region::optional},
  };
  return actions;
}

}  // namespace ferry::emulator
