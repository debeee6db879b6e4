// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ecs_commands.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "cloud/import_limits.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry {
namespace {

constexpr std::size_t ids_at_once = 50;  // of one call about assistants
constexpr auto reading = "AliyunECSReadOnlyAccess";
constexpr auto running = "AliyunECSAssistantFullAccess";
constexpr std::string_view ended_well = "Success";

/// F40: what RAM refuses is a policy that the key's user does not have.
Error policy_missing(const RpcError& refused, const std::string& policy) {
  const bool forbidden = refused.code.starts_with("Forbidden") || refused.code == "NoPermission";
  if (!forbidden) return refused.error;
  return {Errc::access_refused, refused.error.what,
          "attach the policy " + policy + " to the RAM user of the access key, then try again"};
}

bool fits(const EcsInstance& instance, const std::string& search) {
  if (search.empty()) return true;
  const auto wanted = lower(search);
  return std::ranges::any_of(
      std::array{&instance.id, &instance.name, &instance.private_address, &instance.public_address},
      [&](const std::string* text) { return lower(*text).find(wanted) != std::string::npos; });
}

std::string first(const std::vector<std::string>& all) {
  return all.empty() ? std::string{} : all.front();
}

/// What a run came to nothing for, with what helps.
Error failure(const std::string& instance, const ecs::InvocationResult& result) {
  std::string what = "the command on " + instance + " ended with " +
                     printable(result.InvocationStatus) + ", exit code " +
                     std::to_string(result.ExitCode);
  if (!result.ErrorCode.empty()) what += ": " + printable(result.ErrorCode);
  if (!result.ErrorInfo.empty()) what += " (" + printable(result.ErrorInfo) + ')';
  std::string fix = "read what it wrote, mend that on the instance, and retry the import";
  if (result.InvocationStatus == "Timeout") {
    fix = "check that the instance reaches the controller, and retry the import";
  } else if (result.ErrorCode.starts_with("Client")) {
    fix = "start Cloud Assistant on the instance (aliyun-service), and retry the import";
  } else if (result.ErrorCode.starts_with("Instance")) {
    fix = "start the instance, and retry the import";
  }
  return {Errc::instance_unusable, what, fix};
}

}  // namespace

EcsCommands::EcsCommands(EcsCommandSettings settings)
    : settings_(std::move(settings)), ecs_(settings_.ecs) {}

/// The rules of F39, the first that is broken.
EcsInstance EcsCommands::told(const ecs::Instance& one) const {
  EcsInstance told;
  told.id = one.InstanceId;
  told.name = printable(one.InstanceName);
  told.status = printable(one.Status);
  told.zone = printable(one.ZoneId);
  told.os = printable(one.OSName.empty() ? one.OSType : one.OSName);
  told.private_address = printable(first(one.VpcAttributes.PrivateIpAddress.IpAddress));
  told.public_address =
      printable(one.EipAddress.IpAddress.empty() ? first(one.PublicIpAddress.IpAddress)
                                                 : one.EipAddress.IpAddress);
  if (lower(one.OSType) == "windows") {
    told.obstacle = "the agent is for Linux, and this instance has Windows";
  } else if (one.Status != "Running") {
    told.obstacle = "it is " + told.status + " and must be Running: start it";
  } else if (settings_.needs_public && told.public_address.empty()) {
    told.obstacle =
        "it has no public address: bind an elastic one, and allow it to reach the "
        "controller";
  }
  return told;
}

Result<std::vector<EcsInstance>> EcsCommands::described(const std::vector<std::string>& instances,
                                                        const std::stop_token& stop) {
  std::string ids;
  for (const auto& id : instances) ids += (ids.empty() ? "[\"" : ",\"") + id + '"';
  if (!ids.empty()) ids += ']';
  std::vector<EcsInstance> all;
  for (std::size_t page = 1; all.size() < limits::ecs_instances_seen_max; ++page) {
    const auto answer = ecs_.call_for<ecs::DescribedInstances>(
        {"DescribeInstances",
         {{"RegionId", settings_.region},
          {"InstanceIds", ids},
          {"PageNumber", std::to_string(page)},
          {"PageSize", std::to_string(limits::ecs_page_instances)}}},
        stop);
    if (!answer) return fail(policy_missing(answer.error(), reading));
    const auto& some = answer->Instances.Instance;
    for (const auto& one : some) all.push_back(told(one));
    if (some.size() < limits::ecs_page_instances) break;
  }
  std::ranges::sort(all, {}, &EcsInstance::id);
  return all;
}

Result<> EcsCommands::ask_assistants(std::vector<EcsInstance>& instances,
                                     const std::stop_token& stop) {
  std::map<std::string, EcsInstance*, std::less<>> by_id;
  for (auto& one : instances) by_id[one.id] = &one;
  for (std::size_t begin = 0; begin < instances.size(); begin += ids_at_once) {
    RpcCall call{"DescribeCloudAssistantStatus",
                 {{"RegionId", settings_.region}, {"PageSize", std::to_string(ids_at_once)}}};
    const auto end = std::min(instances.size(), begin + ids_at_once);
    for (auto i = begin; i < end; ++i) {
      call.parameters.push_back({"InstanceId." + std::to_string(i - begin + 1), instances[i].id});
    }
    const auto answer = ecs_.call_for<ecs::DescribedAssistants>(call, stop);
    if (!answer) return fail(policy_missing(answer.error(), running));
    for (const auto& one : answer->InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus) {
      const auto known = by_id.find(one.InstanceId);
      if (known != by_id.end()) known->second->assistant = one.CloudAssistantStatus == "true";
    }
  }
  for (auto& one : instances) {
    if (one.obstacle.empty() && !one.assistant) {
      one.obstacle = "Cloud Assistant does not run there: install or start it (aliyun-service)";
    }
  }
  return {};
}

Result<InstanceListing> EcsCommands::find(const std::string& search,
                                          const std::vector<std::string>& instances,
                                          const std::stop_token& stop) {
  auto all = described(instances, stop);
  if (!all) return fail(all.error());
  std::erase_if(*all, [&](const EcsInstance& one) { return !fits(one, search); });
  InstanceListing listing{std::move(*all), 0};
  if (listing.instances.size() > limits::ecs_instances_max) {
    listing.left_out = listing.instances.size() - limits::ecs_instances_max;
    listing.instances.resize(limits::ecs_instances_max);
  }
  if (auto asked = ask_assistants(listing.instances, stop); !asked) return fail(asked.error());
  return listing;
}

Result<std::string> EcsCommands::start(const InstanceScript& script, const std::stop_token& stop) {
  if (script.text.size() > limits::command_bytes_max) {
    return fail(Errc::invalid_argument, "a command of " + std::to_string(script.text.size()) +
                                            " bytes is too long for Cloud Assistant");
  }
  const auto started =
      ecs_.call_for<ecs::CommandRun>({"RunCommand",
                                      {{"RegionId", settings_.region},
                                       {"Name", "edgeferry-import"},
                                       {"Type", "RunShellScript"},
                                       {"CommandContent", to_base64(script.text)},
                                       {"ContentEncoding", "Base64"},
                                       {"InstanceId.1", script.instance},
                                       {"Timeout", std::to_string(script.timeout.count())},
                                       {"Username", "root"},
                                       {"ClientToken", script.token}}},
                                     stop);
  if (started) return started->InvokeId;
  auto error = policy_missing(started.error(), running);
  if (started.error().code.starts_with("InvalidInstance") || error.code == Errc::not_found) {
    error = {Errc::instance_unusable, error.what, "see the instance's state in the ECS console"};
  }
  return fail(error);
}

Result<ScriptState> EcsCommands::look(const std::string& instance, const std::string& run,
                                      const std::stop_token& stop) {
  const auto answer = ecs_.call_for<ecs::DescribedInvocations>(
      {"DescribeInvocationResults",
       {{"RegionId", settings_.region}, {"InvokeId", run}, {"InstanceId", instance}}},
      stop);
  if (!answer) return fail(policy_missing(answer.error(), running));
  using enum ScriptState::Phase;
  const auto& results = answer->Invocation.InvocationResults.InvocationResult;
  if (results.empty()) return ScriptState{};
  const auto& result = results.front();
  ScriptState state;
  state.output = ecs::output_of(result, limits::command_output_bytes_max);
  if (ecs::goes_on(result.InvocationStatus)) return state;
  state.phase = done;
  if (result.InvocationStatus == ended_well && result.ExitCode == 0) return state;
  state.phase = result.InvocationStatus == "Stopped" ? stopped : failed;
  state.error = failure(instance, result);
  return state;
}

Result<> EcsCommands::end(const std::string& instance, const std::string& run,
                          const std::stop_token& stop) {
  const auto ended = ecs_.call_for<ecs::InvocationStopped>(
      {"StopInvocation",
       {{"RegionId", settings_.region}, {"InvokeId", run}, {"InstanceId.1", instance}}},
      stop);
  if (ended) return {};
  // It has ended by itself.
  const auto& code = ended.error().code;
  if (code.starts_with("InvocationStatus") || code.starts_with("InvokeIdNot")) return {};
  return fail(policy_missing(ended.error(), running));
}

}  // namespace ferry
