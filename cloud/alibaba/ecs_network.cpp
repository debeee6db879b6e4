// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ecs_network.hpp"

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/pause.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/alibaba/ecs_answers.hpp"

namespace ferry {
namespace {

constexpr std::string_view name_begin = "edgeferry-";
constexpr std::size_t token_bytes_max = 64;
constexpr std::array ports{"8080", "8703"};  // control and data (F13, F14)

bool depends_still(std::string_view code) {
  constexpr auto codes = std::to_array<std::string_view>(
      {"DependencyViolation", "IncorrectVSwitchStatus", "IncorrectRouteEntryStatus",
       "IncorrectVpcStatus", "IncorrectInstanceStatus", "IncorrectDiskStatus", "TaskConflict",
       "Forbbiden", "OperationConflict", "LastTokenProcessing"});
  return std::ranges::any_of(codes,
                             [code](std::string_view start) { return code.starts_with(start); });
}

/// A zone's own part of the VPC, the same in every process: "cn-beijing-h" has 172.16.7.0/24.
std::string block_of(const std::string& zone) {
  const int letter = zone.empty() ? 0 : zone.back() - 'a';
  return "172.16." + std::to_string(letter >= 0 && letter < 26 ? letter : 26) + ".0/24";
}

Error late(const std::string& what, const NetworkSettings& settings) {
  return {Errc::timeout,
          what + " is not ready after " + std::to_string(settings.patience.count() / 1000) + " s",
          "see its state in the cloud's console"};
}

}  // namespace

bool is_good_token(std::string_view token) {
  return !token.empty() && token.size() <= token_bytes_max &&
         std::ranges::all_of(token, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string resource_name(std::string_view token) {
  return std::string{name_begin} + std::string{token};
}

std::string token_in_name(std::string_view name) {
  return name.starts_with(name_begin) ? std::string{name.substr(name_begin.size())} : std::string{};
}

std::string client_token(std::string_view token, std::string_view what) {
  return to_hex(sha256(std::string{token} + '\n' + std::string{what})).substr(0, 32);
}

Result<bool> remove_resource(RpcClient& client, const RpcCall& call, const std::stop_token& stop) {
  const auto done = client.call(call, stop);
  if (done || done.error().error.code == Errc::not_found) return true;
  if (depends_still(done.error().code)) return false;
  return fail(done.error().error);
}

Result<std::vector<EcsNetwork::Named>> EcsNetwork::vpcs(const std::stop_token& stop) const {
  std::vector<Named> found;
  auto done = vpc_.each_page<ecs::DescribedVpcs>(
      {"DescribeVpcs", {{"RegionId", settings_.region}}},
      [&](const auto& answer) {
        for (const auto& one : answer.Vpcs.Vpc) {
          found.push_back({one.VpcId, one.VpcName, {}, one.Status == "Available"});
        }
        return answer.Vpcs.Vpc.size();
      },
      stop);
  if (!done) return fail(done.error());
  return found;
}

Result<std::vector<EcsNetwork::Named>> EcsNetwork::vswitches(const std::string& vpc,
                                                             const std::string& id,
                                                             const std::stop_token& stop) const {
  std::vector<Named> found;
  auto done = vpc_.each_page<ecs::DescribedVSwitches>(
      {"DescribeVSwitches", {{"RegionId", settings_.region}, {"VpcId", vpc}, {"VSwitchId", id}}},
      [&](const auto& answer) {
        for (const auto& one : answer.VSwitches.VSwitch) {
          found.push_back(
              {one.VSwitchId, one.VSwitchName, one.ZoneId, one.Status == "Available", one.VpcId});
        }
        return answer.VSwitches.VSwitch.size();
      },
      stop);
  if (!done) return fail(done.error());
  return found;
}

Result<std::vector<EcsNetwork::Named>> EcsNetwork::security_groups(
    const std::string& vpc, const std::stop_token& stop) const {
  std::vector<Named> found;
  auto done = ecs_.each_page<ecs::DescribedSecurityGroups>(
      {"DescribeSecurityGroups", {{"RegionId", settings_.region}, {"VpcId", vpc}}},
      [&](const auto& answer) {
        for (const auto& one : answer.SecurityGroups.SecurityGroup) {
          found.push_back({one.SecurityGroupId, one.SecurityGroupName, {}});
        }
        return answer.SecurityGroups.SecurityGroup.size();
      },
      stop);
  if (!done) return fail(done.error());
  return found;
}

Result<EcsNetwork::Named> EcsNetwork::given_vswitch(const std::stop_token& stop) const {
  const auto found = vswitches(settings_.vpc, settings_.vswitch, stop);
  if (!found) return fail(found.error());
  const auto given = std::ranges::find(*found, settings_.vswitch, &Named::id);
  if (given != found->end()) return *given;
  return fail(Errc::not_found,
              "vSwitch " + settings_.vswitch + " in " +
                  (settings_.vpc.empty() ? settings_.region : "VPC " + settings_.vpc),
              "correct its id in the cluster file or in the job");
}

Result<std::string> EcsNetwork::zone(const std::stop_token& stop) const {
  if (settings_.vswitch.empty()) return std::string{};
  const auto given = given_vswitch(stop);
  return given ? Result<std::string>{given->zone} : fail(given.error());
}

Result<EcsNetwork::Place> EcsNetwork::ensure(std::string_view token, const std::string& zone,
                                             const std::stop_token& stop) {
  const auto name = resource_name(token);
  if (!settings_.vswitch.empty()) {
    const auto given = given_vswitch(stop);
    if (!given) return fail(given.error());
    auto group = ensure_security_group(name, given->vpc, stop);
    if (!group) return fail(group.error());
    return Place{given->id, *group};
  }
  auto vpc = settings_.vpc.empty() ? ensure_vpc(name, stop) : Result<std::string>{settings_.vpc};
  if (!vpc) return fail(vpc.error());
  auto vswitch = ensure_vswitch(name, *vpc, zone, stop);
  if (!vswitch) return fail(vswitch.error());
  auto group = ensure_security_group(name, *vpc, stop);
  if (!group) return fail(group.error());
  return Place{*vswitch, *group};
}

Result<std::string> EcsNetwork::ensure_vpc(const std::string& name, const std::stop_token& stop) {
  const auto deadline_ms = steady_ms() + settings_.patience.count();
  GrowingPause pause{settings_.poll};
  std::string made;
  for (;;) {
    const auto all = vpcs(stop);
    if (!all) return fail(all.error());
    const auto found = std::ranges::find(*all, name, &Named::name);
    if (found != all->end() && found->ready) return found->id;
    if (found == all->end() && made.empty()) {
      const auto answer =
          vpc_.call_for<ecs::VpcMade>({"CreateVpc",
                                       {{"RegionId", settings_.region},
                                        {"CidrBlock", "172.16.0.0/12"},
                                        {"VpcName", name},
                                        {"ClientToken", client_token(name, "vpc")}}},
                                      stop);
      if (!answer) return fail(answer.error().error);
      made = answer->VpcId;
    }
    if (steady_ms() >= deadline_ms) return fail(late("VPC " + name, settings_));
    if (!pause.wait(stop)) return fail(Errc::canceled, "making VPC " + name);
  }
}

Result<std::string> EcsNetwork::ensure_vswitch(const std::string& name, const std::string& vpc,
                                               const std::string& zone,
                                               const std::stop_token& stop) {
  const auto deadline_ms = steady_ms() + settings_.patience.count();
  GrowingPause pause{settings_.poll};
  std::string made;
  for (;;) {
    const auto all = vswitches(vpc, {}, stop);
    if (!all) return fail(all.error());
    const auto found = std::ranges::find_if(
        *all, [&](const Named& one) { return one.name == name && one.zone == zone; });
    if (found != all->end() && found->ready) return found->id;
    if (found == all->end() && made.empty()) {
      const auto answer = vpc_.call_for<ecs::VSwitchMade>(
          {"CreateVSwitch",
           {{"RegionId", settings_.region},
            {"ZoneId", zone},
            {"VpcId", vpc},
            {"CidrBlock", block_of(zone)},
            {"VSwitchName", name},
            {"ClientToken", client_token(name, "vswitch " + zone)}}},
          stop);
      if (!answer) return fail(answer.error().error);
      made = answer->VSwitchId;
    }
    if (steady_ms() >= deadline_ms) return fail(late("vSwitch " + name, settings_));
    if (!pause.wait(stop)) return fail(Errc::canceled, "making vSwitch " + name);
  }
}

Result<std::string> EcsNetwork::ensure_security_group(const std::string& name,
                                                      const std::string& vpc,
                                                      const std::stop_token& stop) {
  const auto all = security_groups(vpc, stop);
  if (!all) return fail(all.error());
  const auto found = std::ranges::find(*all, name, &Named::name);
  std::string id = found != all->end() ? found->id : std::string{};
  if (id.empty()) {
    const auto answer = ecs_.call_for<ecs::SecurityGroupMade>(
        {"CreateSecurityGroup",
         {{"RegionId", settings_.region},
          {"VpcId", vpc},
          {"SecurityGroupName", name},
          {"SecurityGroupType", "normal"},
          {"ClientToken", client_token(name, "security group")}}},
        stop);
    if (!answer) return fail(answer.error().error);
    id = answer->SecurityGroupId;
  }
  RpcCall open{"AuthorizeSecurityGroup", {{"RegionId", settings_.region}, {"SecurityGroupId", id}}};
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const auto rule = "Permissions." + std::to_string(i + 1) + '.';
    const std::string port{ports.at(i)};
    const std::array<NameValue, 6> words{{{"Policy", "accept"},
                                          {"Priority", "1"},
                                          {"IpProtocol", "TCP"},
                                          {"PortRange", port + '/' + port},
                                          {"SourceCidrIp", settings_.admit},
                                          {"NicType", "intranet"}}};
    for (const auto& word : words) open.parameters.push_back({rule + word.name, word.value});
  }
  if (const auto opened = ecs_.call(open, stop); !opened) return fail(opened.error().error);
  return id;
}

Result<bool> EcsNetwork::release(std::string_view token, const std::stop_token& stop) {
  const auto name = resource_name(token);
  bool gone = true;
  const auto remove_named = [&](const Result<std::vector<Named>>& all, RpcClient& client,
                                const char* action, const char* parameter) -> Result<> {
    if (!all) return fail(all.error());
    for (const auto& one : *all) {
      if (one.name != name) continue;
      const auto removed = remove_resource(
          client, {action, {{"RegionId", settings_.region}, {parameter, one.id}}}, stop);
      if (!removed) return fail(removed.error());
      gone = gone && *removed;
    }
    return {};
  };
  auto done =
      remove_named(security_groups({}, stop), ecs_, "DeleteSecurityGroup", "SecurityGroupId");
  if (done) done = remove_named(vswitches({}, {}, stop), vpc_, "DeleteVSwitch", "VSwitchId");
  if (done) done = remove_named(vpcs(stop), vpc_, "DeleteVpc", "VpcId");
  if (!done) return fail(done.error());
  return gone;
}

Result<std::vector<FoundResource>> EcsNetwork::list(const std::stop_token& stop) const {
  std::vector<FoundResource> found;
  const auto take = [&](const char* kind, const Result<std::vector<Named>>& all) -> Result<> {
    if (!all) return fail(all.error());
    for (const auto& one : *all) {
      auto token = token_in_name(one.name);
      if (!token.empty()) found.push_back({kind, one.id, std::move(token), 0, 0});
    }
    return {};
  };
  if (auto done = take("firewall", security_groups({}, stop)); !done) return fail(done.error());
  if (auto done = take("vswitch", vswitches({}, {}, stop)); !done) return fail(done.error());
  if (auto done = take("network", vpcs(stop)); !done) return fail(done.error());
  return found;
}

}  // namespace ferry
