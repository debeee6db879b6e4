// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/cloud_assistant.hpp"

#include "base/text.hpp"
#include "cloud/alibaba/ecs_answers.hpp"
#include "cloud/signing/mac.hpp"

namespace ferry {
namespace {

constexpr std::size_t told_bytes_max = 400;

Error script_failure(const std::string& instance, const ecs::InvocationResult& result) {
  std::string what = "a script on " + instance + " ended with " +
                     printable(result.InvocationStatus) + ", exit code " +
                     std::to_string(result.ExitCode);
  for (const auto& more : {ecs::output_of(result, told_bytes_max), printable(result.ErrorCode)}) {
    if (!more.empty()) what += ": " + more;
  }
  if (!result.ErrorInfo.empty()) what += " (" + printable(result.ErrorInfo) + ')';
  return {Errc::instance_unusable, what, {}};
}

}  // namespace

Result<> CloudAssistant::check(const std::string& instance, const std::stop_token& stop) const {
  const auto answer = ecs_.call_for<ecs::DescribedAssistants>(
      {"DescribeCloudAssistantStatus", {{"RegionId", region_}, {"InstanceId.1", instance}}}, stop);
  if (!answer) return fail(answer.error().error);
  for (const auto& one : answer->InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus) {
    if (one.InstanceId == instance && one.CloudAssistantStatus == "true") return {};
  }
  return fail(Errc::instance_unusable, "Cloud Assistant does not run on " + instance,
              "install or start it there (aliyun-service), then run 'edgeferry job retry'");
}

Result<> CloudAssistant::run(const AssistantScript& script, const std::stop_token& stop) const {
  if (script.text.size() > script_bytes_max) {
    return fail(Errc::invalid_argument,
                "a script of " + std::to_string(script.text.size()) + " bytes for an instance");
  }
  const auto started =
      ecs_.call_for<ecs::CommandRun>({"RunCommand",
                                      {{"RegionId", region_},
                                       {"Type", "RunShellScript"},
                                       {"CommandContent", to_base64(script.text)},
                                       {"ContentEncoding", "Base64"},
                                       {"InstanceId.1", script.instance},
                                       {"Timeout", std::to_string(script.timeout.count())},
                                       {"Username", "root"}}},
                                     stop);
  if (!started) return fail(started.error().error);
  const auto ended = look_until<ecs::InvocationResult>(
      patience_, "a script on " + script.instance, stop,
      [&]() -> Result<std::optional<ecs::InvocationResult>> {
        const auto answer = ecs_.call_for<ecs::DescribedInvocations>(
            {"DescribeInvocationResults", {{"RegionId", region_}, {"InvokeId", started->InvokeId}}},
            stop);
        if (!answer) return fail(answer.error().error);
        const auto& results = answer->Invocation.InvocationResults.InvocationResult;
        if (results.empty() || ecs::goes_on(results.front().InvocationStatus)) return std::nullopt;
        return results.front();
      });
  if (!ended) return fail(ended.error());
  if (ended->InvocationStatus == "Success" && ended->ExitCode == 0) return {};
  return fail(script_failure(script.instance, *ended));
}

}  // namespace ferry
