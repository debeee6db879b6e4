// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What ECS and VPC answer, as far as we read it, under the API's own names (smc-api 5.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "messages/record.hpp"

namespace ferry::ecs {

struct VpcMade {
  std::string VpcId;
  FERRY_FIELDS(VpcId)
};
struct Vpc {
  std::string VpcId, VpcName, Status;
  FERRY_FIELDS(VpcId, VpcName, Status)
};
struct VpcList {
  std::vector<ecs::Vpc> Vpc;
  FERRY_FIELDS(Vpc)
};
struct DescribedVpcs {
  VpcList Vpcs;
  FERRY_FIELDS(Vpcs)
};

struct VSwitchMade {
  std::string VSwitchId;
  FERRY_FIELDS(VSwitchId)
};
struct VSwitch {
  std::string VSwitchId, VSwitchName, VpcId, ZoneId, Status;
  FERRY_FIELDS(VSwitchId, VSwitchName, VpcId, ZoneId, Status)
};
struct VSwitchList {
  std::vector<ecs::VSwitch> VSwitch;
  FERRY_FIELDS(VSwitch)
};
struct DescribedVSwitches {
  VSwitchList VSwitches;
  FERRY_FIELDS(VSwitches)
};

struct SecurityGroupMade {
  std::string SecurityGroupId;
  FERRY_FIELDS(SecurityGroupId)
};
struct SecurityGroup {
  std::string SecurityGroupId, SecurityGroupName, VpcId;
  FERRY_FIELDS(SecurityGroupId, SecurityGroupName, VpcId)
};
struct SecurityGroupList {
  std::vector<ecs::SecurityGroup> SecurityGroup;
  FERRY_FIELDS(SecurityGroup)
};
struct DescribedSecurityGroups {
  SecurityGroupList SecurityGroups;
  FERRY_FIELDS(SecurityGroups)
};

struct InstanceIds {
  std::vector<std::string> InstanceIdSet;
  FERRY_FIELDS(InstanceIdSet)
};
struct InstancesMade {
  InstanceIds InstanceIdSets;
  FERRY_FIELDS(InstanceIdSets)
};
struct Addresses {
  std::vector<std::string> IpAddress;
  FERRY_FIELDS(IpAddress)
};
struct EipAddress {
  std::string IpAddress;
  FERRY_FIELDS(IpAddress)
};
struct VpcAttributes {
  std::string VpcId, VSwitchId;
  Addresses PrivateIpAddress;
  FERRY_FIELDS(VpcId, VSwitchId, PrivateIpAddress)
};
struct Tag {
  std::string TagKey, TagValue;
  FERRY_FIELDS(TagKey, TagValue)
};
struct TagList {
  std::vector<ecs::Tag> Tag;
  FERRY_FIELDS(Tag)
};
struct Instance {
  std::string InstanceId, InstanceName, InstanceType, Status, CreationTime, ZoneId, OSType, OSName;
  Addresses PublicIpAddress;
  ecs::EipAddress EipAddress;
  ecs::VpcAttributes VpcAttributes;
  TagList Tags;
  FERRY_FIELDS(InstanceId, InstanceName, InstanceType, Status, CreationTime, ZoneId, OSType, OSName,
               PublicIpAddress, EipAddress, VpcAttributes, Tags)
};
struct InstanceList {
  std::vector<ecs::Instance> Instance;
  FERRY_FIELDS(Instance)
};
struct DescribedInstances {
  InstanceList Instances;
  FERRY_FIELDS(Instances)
};

struct SupportedResource {
  std::string Value, Status, StatusCategory;
  FERRY_FIELDS(Value, Status, StatusCategory)
};
struct SupportedResourceList {
  std::vector<ecs::SupportedResource> SupportedResource;
  FERRY_FIELDS(SupportedResource)
};
struct AvailableResource {
  std::string Type;
  SupportedResourceList SupportedResources;
  FERRY_FIELDS(Type, SupportedResources)
};
struct AvailableResourceList {
  std::vector<ecs::AvailableResource> AvailableResource;
  FERRY_FIELDS(AvailableResource)
};
struct AvailableZone {
  std::string ZoneId, Status, StatusCategory;
  AvailableResourceList AvailableResources;
  FERRY_FIELDS(ZoneId, Status, StatusCategory, AvailableResources)
};
struct AvailableZoneList {
  std::vector<ecs::AvailableZone> AvailableZone;
  FERRY_FIELDS(AvailableZone)
};
struct DescribedAvailableZones {
  AvailableZoneList AvailableZones;
  FERRY_FIELDS(AvailableZones)
};

struct AssistantStatus {
  std::string InstanceId, CloudAssistantStatus;
  FERRY_FIELDS(InstanceId, CloudAssistantStatus)
};
struct AssistantStatusList {
  std::vector<AssistantStatus> InstanceCloudAssistantStatus;
  FERRY_FIELDS(InstanceCloudAssistantStatus)
};
struct DescribedAssistants {
  AssistantStatusList InstanceCloudAssistantStatusSet;
  FERRY_FIELDS(InstanceCloudAssistantStatusSet)
};
struct CommandRun {
  std::string CommandId, InvokeId;
  FERRY_FIELDS(CommandId, InvokeId)
};
struct InvocationStopped {
  std::string RequestId;
  FERRY_FIELDS(RequestId)
};
struct InvocationResult {
  std::string InvocationStatus, Output, ErrorCode, ErrorInfo;
  std::int64_t ExitCode = 0;
  FERRY_FIELDS(InvocationStatus, Output, ErrorCode, ErrorInfo, ExitCode)
};
struct InvocationResultList {
  std::vector<ecs::InvocationResult> InvocationResult;
  FERRY_FIELDS(InvocationResult)
};
struct Invocation {
  InvocationResultList InvocationResults;
  FERRY_FIELDS(InvocationResults)
};
struct DescribedInvocations {
  ecs::Invocation Invocation;
  FERRY_FIELDS(Invocation)
};

/// Disks' ids; the rest of one is the serial number that the machine sees.
inline constexpr std::string_view disk_id_begin = "d-";

/// The value of a tag; empty: there is none.
[[nodiscard]] std::string tag_of(const TagList& tags, std::string_view key);
/// Whether an invocation of this status may still change it.
[[nodiscard]] bool goes_on(std::string_view status);
/// The end of what a script wrote, at most `bytes_max` and printable; ECS tells it in base64.
[[nodiscard]] std::string output_of(const InvocationResult& result, std::size_t bytes_max);

}  // namespace ferry::ecs
