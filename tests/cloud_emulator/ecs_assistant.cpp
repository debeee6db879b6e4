// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Cloud Assistant: scripts on instances. Where instances are processes, they are really run there.
#include <algorithm>

#include "cloud/signing/mac.hpp"
#include "tests/cloud_emulator/actions.hpp"

namespace ferry::emulator {
namespace {

constexpr std::size_t script_bytes_max = 18 * 1024;  // 24 KB in base64
constexpr std::size_t instances_max = 100;
constexpr std::int64_t timeout_default = 60;
constexpr std::int64_t timeout_max = 86'400;

Outcome<Json> describe_status(Context& context) {
  Json all = Json::array();
  for (const auto& id : context.in.list("InstanceId")) {
    const auto* instance = context.world.find(kind::instance, id);
    if (instance == nullptr) continue;  // as the real one has it
    const bool runs =
        text_of(*instance, "Status") == "Running" && !instance->value("without_assistant", false);
    all.push_back({{"InstanceId", id},
                   {"CloudAssistantStatus", runs ? "true" : "false"},
                   {"CloudAssistantVersion", "2.2.3.857"}});
  }
  return Json{{"InstanceCloudAssistantStatusSet", {{"InstanceCloudAssistantStatus", all}}},
              {"TotalCount", all.size()}};
}

Outcome<Json> run_command(Context& context) {
  if (context.in.text("Type") != "RunShellScript") {
    return refuse(400, "InvalidParameter.Type", "The specified parameter Type is not valid.");
  }
  const auto ids = context.in.list("InstanceId");
  if (ids.empty()) return refuse(context.in.needed("InstanceId").error());
  if (ids.size() > instances_max) return invalid("InstanceIds.ExceedLimit");
  for (const auto& id : ids) {
    if (auto there = need(context, kind::instance, id, no_instance); !there) {
      return refuse(there.error());
    }
  }
  const auto timeout = context.in.number("Timeout", 10, timeout_max, timeout_default);
  if (!timeout) return refuse(timeout.error());
  const auto content = context.in.needed("CommandContent");
  if (!content) return refuse(content.error());
  const auto script = context.in.text("ContentEncoding") == "Base64"
                          ? from_base64(*content)
                          : std::optional<std::string>{*content};
  if (!script || script->size() > script_bytes_max) {
    return refuse(400, "InvalidParameter.CommandContent",
                  "The specified parameter CommandContent is not valid.");
  }
  std::string invocation;
  Json runs = Json::array();
  for (const auto& id : ids) {
    auto& run = context.world.make(kind::invocation, "t", context.region,
                                   {{"InstanceId", id},
                                    {"script", *script},
                                    {"timeout", *timeout},
                                    {"InvocationStatus", "Running"},
                                    {"InvokeRecordStatus", "Running"},
                                    {"work", "script"}});
    if (invocation.empty()) invocation = text_of(run, "id");
    run["InvokeId"] = invocation;
  }
  return Json{{"CommandId", "c-" + invocation.substr(2)}, {"InvokeId", invocation}};
}

Outcome<Json> describe_results(Context& context) {
  Json results = Json::array();
  for (const auto* run : context.world.all(kind::invocation)) {
    if (fits(context, *run, {"InvokeId", "InstanceId"})) results.push_back(shown(*run));
  }
  return Json{{"Invocation",
               {{"InvocationResults", {{"InvocationResult", results}}},
                {"TotalCount", results.size()},
                {"PageNumber", 1},
                {"PageSize", results.size()}}}};
}

/// As the real one, it ends with the process's next look at it.
Outcome<Json> stop_invocation(Context& context) {
  const auto id = context.in.needed("InvokeId");
  if (!id) return refuse(id.error());
  bool known = false;
  const auto wanted = context.in.list("InstanceId");
  for (auto* run : context.world.all(kind::invocation)) {
    if (text_of(*run, "InvokeId") != *id) continue;
    known = true;
    const auto instance = text_of(*run, "InstanceId");
    const bool chosen =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), instance) != wanted.end();
    if (!chosen || text_of(*run, "InvocationStatus") != "Running") continue;
    (*run)["InvocationStatus"] = "Stopped";
    (*run)["InvokeRecordStatus"] = "Stopped";
    (*run)["canceled"] = true;
    run->erase("work");
  }
  if (!known) return refuse(404, "InvokeId.NotFound", "The specified InvokeId does not exist.");
  return Json::object();
}

}  // namespace

const std::vector<Action>& ecs_assistant_actions() {
  static const std::vector<Action> actions{
      {"ecs", "DescribeCloudAssistantStatus", describe_status},
      {"ecs", "RunCommand", run_command, Effect::creates},
      {"ecs", "DescribeInvocationResults", describe_results},
      {"ecs", "StopInvocation", stop_invocation, Effect::changes},
  };
  return actions;
}

}  // namespace ferry::emulator
