// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/service.hpp"

#include <algorithm>
#include <exception>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "smc/authentication.hpp"

namespace ferry {
namespace {

/// "4C467B38-3910-447D-87BC-AC049166F216"
std::string new_request_id() {
  auto text = to_hex(random_bytes(16));
  for (const auto place : {8, 13, 18, 23}) text.insert(static_cast<std::size_t>(place), "-");
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::vector<NameValue> headers_of(const std::string& request_id) {
  return {{"Content-Type", "application/json;charset=utf-8"}, {"x-acs-request-id", request_id}};
}

SmcAnswer refused(const ApiError& error, const std::string& host, const std::string& request_id) {
  const Json body{
      {"RequestId", request_id},
      {"HostId", host},
      {"Code", error.code},
      {"Message", error.message},
      {"Recommend", "https://api.aliyun.com/troubleshoot?q=" + percent_encoded(error.code) +
                        "&product=smc&requestId=" + request_id}};
  SmcAnswer answer{error.status, headers_of(request_id), text_of(body)};
  if (error.retry_after_ms > 0) {
    answer.headers.push_back({"x-acs-retry-after", std::to_string(error.retry_after_ms)});
  }
  return answer;
}

/// What holds for every action, whoever asks.
ApiResult<bool> check_form(const HttpRequest& request, const Parameters& parameters) {
  if (request.path != "/" || (request.method != "GET" && request.method != "POST")) {
    return refuse(404, "InvalidApi.NotFound",
                  "Specified api is not found, please check your url and method.");
  }
  auto format = parameters.text("Format");
  std::ranges::transform(format, format.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (format.empty() || format == "JSON") return true;
  return refuse(400, "InvalidParameter.Format",
                "Specified parameter format is not valid. This service answers JSON only.");
}

}  // namespace

SmcAnswer SmcService::answer(const HttpRequest& request) const {
  const auto request_id = new_request_id();
  ApiResult<Json> told = Json::object();
  try {
    told = run(request, request_id);
  } catch (const std::exception& failure) {
    log::error("smc request failed", {{"request", request_id}, {"why", failure.what()}});
    told = refuse(api_error({Errc::internal, failure.what(), {}}, about_jobs));
  }
  if (!told) return refused(told.error(), request.host, request_id);
  Json body{{"RequestId", request_id}};
  body.update(*told);
  return {200, headers_of(request_id), text_of(body)};
}

ApiResult<Json> SmcService::run(const HttpRequest& request, const std::string& request_id) const {
  const auto parameters = Parameters::of(request);
  if (!parameters) return refuse(parameters.error());
  if (auto good = check_form(request, *parameters); !good) return refuse(good.error());
  const auto from = read_signature(request, *parameters);
  if (!from) return refuse(from.error());
  const auto caller = authenticate(*from, request, *parameters, controller_);
  if (!caller) return refuse(caller.error());
  const auto* action = find_action(from->action);
  if (action == nullptr) {
    return refuse(404, "InvalidAction.NotFound",
                  "Specified api is not found, please check your url and method.");
  }
  if (from->version != smc_version) return invalid("Version");
  if (action->changes && !caller->may_change) {
    return refuse(403, "Forbidden.RAM",
                  "User not authorized to operate on the specified resource, or this API doesn't "
                  "support RAM.");
  }
  auto told = action->run({*parameters, controller_, config_});
  if (action->changes) {
    log::info("smc request", {{"request", request_id},
                              {"action", std::string{action->name}},
                              {"key", caller->key},
                              {"outcome", told ? "done" : told.error().code}});
  }
  return told;
}

SmcAnswer refusal(const ApiError& error, const std::string& host) {
  return refused(error, host, new_request_id());
}

}  // namespace ferry
