// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Security groups.
#include <algorithm>

#include "base/text.hpp"
#include "tests/cloud_emulator/actions.hpp"

namespace ferry::emulator {
namespace {

constexpr auto no_group = "InvalidSecurityGroupId.NotFound";
constexpr std::size_t permissions_max = 200;

Outcome<Json*> group_of(Context& context) {
  const auto id = context.in.needed("SecurityGroupId");
  if (!id) return refuse(id.error());
  return need(context, kind::security_group, *id, no_group);
}

Outcome<Json> create_group(Context& context) {
  const auto vpc_id = context.in.needed("VpcId");
  if (!vpc_id) return refuse(vpc_id.error());
  const auto vpc = need(context, kind::vpc, *vpc_id, "InvalidVpcId.NotFound");
  if (!vpc) return refuse(vpc.error());
  if (text_of(**vpc, "Status") != "Available") {
    return refuse(403, "IncorrectVpcStatus",
                  "The current status of the VPC does not support this operation.");
  }
  if (auto good = check_quota(context, kind::security_group, 403, "QuotaExceed.SecurityGroup");
      !good) {
    return refuse(good.error());
  }
  const auto tags = tags_of(context.in);
  if (!tags) return refuse(tags.error());
  auto type = context.in.text("SecurityGroupType");
  if (type.empty()) type = "normal";
  auto& group = context.world.make(kind::security_group, "sg", context.region,
                                   {{"VpcId", *vpc_id},
                                    {"SecurityGroupName", context.in.text("SecurityGroupName")},
                                    {"Description", context.in.text("Description")},
                                    {"SecurityGroupType", type},
                                    {"permissions", Json::array()}});
  group["SecurityGroupId"] = group["id"];
  group["tags"] = *tags;
  group["CreationTime"] = utc_text(group["made_ms"].get<std::int64_t>());
  return Json{{"SecurityGroupId", group["id"]}};
}

Outcome<Json> describe_groups(Context& context) {
  auto ids = context.in.json_list("SecurityGroupIds");
  if (!ids) return refuse(ids.error());
  if (context.in.has("SecurityGroupId")) ids->push_back(context.in.text("SecurityGroupId"));
  return page(
      context,
      visible(
          context, kind::security_group,
          [&](const Json& group) {
            return is_among(*ids, group) && fits(context, group, {"VpcId", "SecurityGroupName"});
          }),
      "SecurityGroups", "SecurityGroup");
}

/// "8080/8080"; "-1/-1" for protocols without ports.
bool is_port_range(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size()) return false;
  return text.find_first_not_of("0123456789-/") == std::string::npos;
}

/// One rule, of Permissions.N or of the flat form.
Outcome<Json> permission_of(const Parameters& in) {
  auto protocol = in.text("IpProtocol");
  std::ranges::transform(protocol, protocol.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  constexpr std::array protocols{"TCP", "UDP", "ICMP", "GRE", "ALL"};
  if (std::ranges::find(protocols, protocol) == protocols.end()) {
    return refuse(400, "InvalidIpProtocol.Malformed", "The specified IpProtocol is not valid.");
  }
  if (!is_port_range(in.text("PortRange"))) {
    return refuse(400, "InvalidPortRange.Malformed", "The specified PortRange is not valid.");
  }
  auto source = in.text("SourceCidrIp");
  if (source.empty() && !in.has("SourceGroupId")) {
    return refuse(400, "MissingParameter.Source",
                  "One of the parameters SourceCidrIp and SourceGroupId is needed.");
  }
  const auto or_else = [&](const char* name, const char* otherwise) {
    return in.has(name) ? in.text(name) : std::string{otherwise};
  };
  return Json{{"IpProtocol", protocol},
              {"PortRange", in.text("PortRange")},
              {"SourceCidrIp", source},
              {"SourceGroupId", in.text("SourceGroupId")},
              {"Policy", or_else("Policy", "Accept")},
              {"Priority", or_else("Priority", "1")},
              {"NicType", or_else("NicType", "intranet")},
              {"Direction", "ingress"},
              {"Description", in.text("Description")}};
}

Outcome<Json> permissions_of(const Parameters& in) {
  auto list = in.structures("Permissions");
  if (list.empty()) list.push_back(in);
  Json permissions = Json::array();
  for (const auto& one : list) {
    auto permission = permission_of(one);
    if (!permission) return permission;
    permissions.push_back(std::move(*permission));
  }
  return permissions;
}

Outcome<Json> authorize(Context& context) {
  const auto group = group_of(context);
  if (!group) return refuse(group.error());
  const auto permissions = permissions_of(context.in);
  if (!permissions) return permissions;
  auto all = (**group)["permissions"];
  for (const auto& one : *permissions) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  }
  if (all.size() > permissions_max) {
    return refuse(403, "AuthorizationLimitExceed",
                  "The limit of authorization records in the security group reaches.");
  }
  (**group)["permissions"] = std::move(all);
  return Json::object();
}

Outcome<Json> revoke(Context& context) {
  const auto group = group_of(context);
  if (!group) return refuse(group.error());
  const auto permissions = permissions_of(context.in);
  if (!permissions) return permissions;
  auto& there = (**group)["permissions"];
  for (const auto& one : *permissions) {
    there.erase(std::remove(there.begin(), there.end(), one), there.end());
  }
  return Json::object();
}

Outcome<Json> describe_attribute(Context& context) {
  const auto group = group_of(context);
  if (!group) return refuse(group.error());
  auto answer = shown(**group);
  answer["RegionId"] = text_of(**group, "region");
  answer["Permissions"] = {{"Permission", (**group)["permissions"]}};
  return answer;
}

Outcome<Json> delete_group(Context& context) {
  const auto group = group_of(context);
  if (!group) return refuse(group.error());
  const auto id = text_of(**group, "id");
  for (const auto* instance : context.world.all(kind::instance)) {
    const auto& ids = instance->at("SecurityGroupIds").at("SecurityGroupId");
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
      return refuse(403, "DependencyViolation",
                    "There is still instance(s) in the specified security group.");
    }
  }
  context.world.remove(kind::security_group, id);
  return Json::object();
}

}  // namespace

const std::vector<Action>& ecs_network_actions() {
  static const std::vector<Action> actions{
      {"ecs", "CreateSecurityGroup", create_group, Effect::creates},
      {"ecs", "DescribeSecurityGroups", describe_groups},
      {"ecs", "DescribeSecurityGroupAttribute", describe_attribute},
      {"ecs", "AuthorizeSecurityGroup", authorize, Effect::creates},
      {"ecs", "RevokeSecurityGroup", revoke, Effect::creates},
      {"ecs", "DeleteSecurityGroup", delete_group, Effect::changes},
  };
  return actions;
}

}  // namespace ferry::emulator
