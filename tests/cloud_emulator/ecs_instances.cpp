// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances: bought, described, stopped, started, released.
#include <algorithm>

#include "base/text.hpp"
#include "tests/cloud_emulator/catalogue.hpp"
#include "tests/cloud_emulator/disks.hpp"
#include "tests/cloud_emulator/instance_wish.hpp"
#include "tests/cloud_emulator/machines.hpp"

namespace ferry::emulator {
namespace {

/// Its disks and its user data; what is refused leaves nothing.
Outcome<> equip(Context& context, const std::string& id, const InstanceWish& wish) {
  auto equipped = [&]() -> Outcome<> {
    for (auto disk_wish : wish.disks) {
      disk_wish.zone = text_of(*wish.vswitch, "ZoneId");
      const auto disk = make_disk(context, disk_wish);
      if (!disk) return refuse(disk.error());
      attach(context.world, **disk, id);
      (**disk)["Status"] = "In_use";
    }
    const auto user_data = context.world.folder_of(kind::instance, id) / "user-data";
    if (auto kept = write_file_durably(user_data, wish.user_data); !kept) {
      return refuse(500, "InternalError", to_string(kept.error()));
    }
    return {};
  }();
  if (equipped) return equipped;
  for (const auto* disk : disks_of(context.world, id)) {
    context.world.remove(kind::disk, text_of(*disk, "id"));
  }
  context.world.remove(kind::instance, id);
  return equipped;
}

Outcome<std::string> make_instance(Context& context, const InstanceWish& wish) {
  if (auto good = check_quota(context, kind::instance, 403, "QuotaExceed.ElasticQuota"); !good) {
    return refuse(good.error());
  }
  const auto address = free_address(context.world, *wish.vswitch);
  if (address.empty()) {
    return refuse(403, "InvalidVSwitchId.IpNotEnough",
                  "The specified VSwitch has no enough IpAddress.");
  }
  const auto* type = find_type(wish.type);
  const bool is_public = wish.bandwidth > 0;
  auto& instance = context.world.make(
      kind::instance, "i", context.region,
      {{"InstanceName", wish.name},
       {"HostName", wish.name},
       {"Description", context.in.text("Description")},
       {"ImageId", wish.image},
       {"InstanceType", wish.type},
       {"Cpu", type->cores},
       {"Memory", static_cast<int>(type->memory_gib * 1024)},
       {"RegionId", context.region},
       {"ZoneId", text_of(*wish.vswitch, "ZoneId")},
       {"InstanceChargeType", "PostPaid"},
       {"InternetChargeType", "PayByTraffic"},
       {"InternetMaxBandwidthOut", wish.bandwidth},
       {"InstanceNetworkType", "vpc"},
       {"OSType", "linux"},
       {"Status", "Pending"},
       {"SecurityGroupIds", {{"SecurityGroupId", {wish.security_group}}}},
       {"VpcAttributes",
        {{"VpcId", text_of(*wish.vswitch, "VpcId")},
         {"VSwitchId", text_of(*wish.vswitch, "id")},
         {"NatIpAddress", ""},
         {"PrivateIpAddress", {{"IpAddress", {address}}}}}},
       {"PublicIpAddress", {{"IpAddress", is_public ? Json::array({address}) : Json::array()}}},
       {"EipAddress", {{"IpAddress", ""}, {"AllocationId", ""}}},
       {"InnerIpAddress", {{"IpAddress", Json::array()}}},
       {"OperationLocks", {{"LockReason", Json::array()}}},
       {"address", address}});
  const auto id = text_of(instance, "id");
  instance["InstanceId"] = id;
  instance["tags"] = wish.tags;
  instance["CreationTime"] = minute_time(instance["made_ms"].get<std::int64_t>());
  instance["StartTime"] = instance["CreationTime"];
  if (auto equipped = equip(context, id, wish); !equipped) return refuse(equipped.error());
  context.world.later(instance, 1, {{"Status", "Starting"}});
  context.world.later(instance, 2, {{"Status", "Running"}, {"work", "boot"}});
  return id;
}

Outcome<Json> run_instances(Context& context) {
  const auto wish = instance_wish(context);
  if (!wish) return refuse(wish.error());
  const auto amount = context.in.number("Amount", 1, 100, 1);
  if (!amount) return refuse(amount.error());
  Json ids = Json::array();
  for (std::int64_t i = 0; i < *amount; ++i) {
    const auto id = make_instance(context, *wish);
    if (!id && ids.empty()) return refuse(id.error());
    if (!id) break;  // as many as there are, as the real one has it
    ids.push_back(*id);
  }
  return Json{{"InstanceIdSets", {{"InstanceIdSet", std::move(ids)}}}, {"TradePrice", 0.165}};
}

Outcome<Json> describe_instances(Context& context) {
  const auto ids = context.in.json_list("InstanceIds");
  if (!ids) return refuse(ids.error());
  const auto vpc = context.in.text("VpcId");
  const auto vswitch = context.in.text("VSwitchId");
  const auto group = context.in.text("SecurityGroupId");
  return page(context,
              visible(context, kind::instance,
                      [&](const Json& one) {
                        const auto& network = one.at("VpcAttributes");
                        const auto& groups = one.at("SecurityGroupIds").at("SecurityGroupId");
                        return is_among(*ids, one) && (vpc.empty() || network.at("VpcId") == vpc) &&
                               (vswitch.empty() || network.at("VSwitchId") == vswitch) &&
                               (group.empty() ||
                                std::find(groups.begin(), groups.end(), group) != groups.end()) &&
                               fits(context, one,
                                    {"ZoneId", "InstanceName", "Status", "InstanceType"});
                      }),
              "Instances", "Instance");
}

Outcome<Json> start_instance(Context& context) {
  const auto instance = instance_of(context);
  if (!instance) return refuse(instance.error());
  if (text_of(**instance, "Status") != "Stopped") return wrong_status("IncorrectInstanceStatus");
  (**instance)["Status"] = "Starting";
  context.world.later(**instance, 1, {{"Status", "Running"}, {"work", "boot"}});
  return Json::object();
}

Outcome<Json> stop_instance(Context& context) {
  const auto instance = instance_of(context);
  if (!instance) return refuse(instance.error());
  const auto status = text_of(**instance, "Status");
  if (status == "Stopped" || status == "Stopping") return Json::object();
  if (status != "Running") return wrong_status("IncorrectInstanceStatus");
  power_off(**instance);
  (**instance)["Status"] = "Stopping";
  context.world.later(**instance, 1, {{"Status", "Stopped"}});
  return Json::object();
}

Outcome<Json> delete_instance(Context& context) {
  const auto instance = instance_of(context);
  if (!instance) return refuse(instance.error());
  const auto status = text_of(**instance, "Status");
  if (status == "Pending" || status == "Starting") {
    return wrong_status("IncorrectInstanceStatus.Initializing");
  }
  if (status != "Stopped" && !context.in.is_true("Force")) {
    return wrong_status("IncorrectInstanceStatus");
  }
  if ((**instance).contains("released")) return Json::object();
  power_off(**instance);
  (**instance)["Status"] = "Stopping";
  (**instance)["released"] = true;
  (**instance)["steps"] = Json::array();
  context.world.later(**instance, 1, {{"gone", true}});
  for (auto* disk : disks_of(context.world, text_of(**instance, "id"))) {
    if (disk->value("DeleteWithInstance", false)) {
      context.world.later(*disk, 1, {{"gone", true}});
    } else {
      detach(context.world, *disk);
      (*disk)["Status"] = "Available";
    }
  }
  return Json::object();
}

Outcome<Json> describe_regions(Context&) {
  Json list = Json::array();
  for (const auto& region : regions()) {
    list.push_back({{"RegionId", region},
                    {"LocalName", region},
                    {"RegionEndpoint", "ecs." + region + ".aliyuncs.com"},
                    {"Status", "available"}});
  }
  return Json{{"Regions", {{"Region", std::move(list)}}}};
}

Outcome<Json> describe_zones(Context& context) {
  Json list = Json::array();
  for (const auto& zone : zones_of(context.region)) {
    list.push_back({{"ZoneId", zone}, {"LocalName", zone}});
  }
  return Json{{"Zones", {{"Zone", std::move(list)}}}};
}

Outcome<Json> describe_available(Context& context) {
  if (context.in.text("DestinationResource") != "InstanceType") {
    return refuse(400, "InvalidDestinationResource",
                  "The specified DestinationResource is not valid.");
  }
  const auto cores = context.in.number("Cores", 1, 1024, 0);
  if (!cores) return refuse(cores.error());
  const auto wanted = context.in.text("InstanceType");
  const auto memory = context.in.has("Memory") ? std::atof(context.in.text("Memory").c_str()) : 0;
  Json zones = Json::array();
  for (const auto& zone : zones_of(context.region)) {
    if (context.in.has("ZoneId") && context.in.text("ZoneId") != zone) continue;
    Json types = Json::array();
    bool any = false;
    for (const auto& type : instance_types) {
      if ((*cores != 0 && type.cores != *cores) || (memory > 0 && type.memory_gib != memory) ||
          (!wanted.empty() && wanted != type.name)) {
        continue;
      }
      const bool stock = has_stock(context.world.settings, type.name, zone);
      any = any || stock;
      types.push_back({{"Value", type.name},
                       {"Status", stock ? "Available" : "SoldOut"},
                       {"StatusCategory", stock ? "WithStock" : "WithoutStock"}});
    }
    if (types.empty()) continue;
    zones.push_back({{"ZoneId", zone},
                     {"RegionId", context.region},
                     {"Status", any ? "Available" : "SoldOut"},
                     {"StatusCategory", any ? "WithStock" : "WithoutStock"},
                     {"AvailableResources",
                      {{"AvailableResource",
                        {{{"Type", "InstanceType"},
                          {"SupportedResources", {{"SupportedResource", std::move(types)}}}}}}}}});
  }
  return Json{{"AvailableZones", {{"AvailableZone", std::move(zones)}}}};
}

}  // namespace

const std::vector<Action>& ecs_instance_actions() {
  static const std::vector<Action> actions{
      {"ecs", "RunInstances", run_instances, Effect::creates},
      {"ecs", "DescribeInstances", describe_instances},
      {"ecs", "StartInstance", start_instance, Effect::changes, Region::optional},
      {"ecs", "StopInstance", stop_instance, Effect::changes, Region::optional},
      {"ecs", "DeleteInstance", delete_instance, Effect::changes, Region::optional},
      {"ecs", "DescribeRegions", describe_regions, Effect::reads, Region::optional},
      {"ecs", "DescribeZones", describe_zones},
      {"ecs", "DescribeAvailableResource", describe_available},
  };
  return actions;
}

}  // namespace ferry::emulator
