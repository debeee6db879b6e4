// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/service.hpp"

#include <algorithm>
#include <exception>

#include "actors/controller/audit_log.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "metrics/counted.hpp"
#include "smc/authentication.hpp"
#include "smc/xml.hpp"

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

/// How a caller wants to be answered.
enum class Format : std::uint8_t { json, xml };

ApiResult<Format> format_of(const Parameters& parameters) {
  auto format = parameters.text("Format");
  std::ranges::transform(format, format.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (format.empty() || format == "JSON") return Format::json;
  if (format == "XML") return Format::xml;
  return refuse(400, "InvalidParameter.Format", "Specified parameter format is not valid.");
}

/// `root`: the outermost element of XML.
HttpAnswer answer_of(int status, const Json& body, Format format, const std::string& root) {
  const bool xml = format == Format::xml;
  return {status,
          {{"Content-Type", xml ? "text/xml;charset=utf-8" : "application/json;charset=utf-8"},
           {"x-acs-request-id", body["RequestId"].get<std::string>()}},
          xml ? xml_of(root, body) : text_of(body)};
}

HttpAnswer refused(const ApiError& error, const std::string& host, const std::string& request_id,
                   Format format) {
  const Json body{
      {"RequestId", request_id},
      {"HostId", host},
      {"Code", error.code},
      {"Message", error.message},
      {"Recommend", "https://api.aliyun.com/troubleshoot?q=" + percent_encoded(error.code) +
                        "&product=smc&requestId=" + request_id}};
  auto answer = answer_of(error.status, body, format, "Error");
  if (error.retry_after_ms > 0) {
    answer.headers.push_back({"x-acs-retry-after", std::to_string(error.retry_after_ms)});
  }
  return answer;
}

/// What a change is about: the parameters that name something, and nothing of its signature.
std::string subject_of(const Parameters& parameters) {
  std::string subject;
  for (const std::string name : {"JobId", "SourceId", "WorkgroupId", "AccessTokenId",
                                 "ResourceType", "ResourceId.1", "SourceId.1", "Name"}) {
    const auto value = parameters.text(name);
    if (!value.empty()) subject += (subject.empty() ? "" : " ") + name + "=" + value;
  }
  return subject;
}

/// Writes down what is about to be done, does it, and writes down what came of it.
ApiResult<Json> run_audited(const Action& action, const Call& call, const Caller& caller,
                            const std::string& client) {
  AuditEntry entry;
  entry.who = caller.key;
  entry.role = caller.role;
  entry.from = client;
  entry.action = "smc " + std::string{action.name};
  entry.subject = subject_of(call.parameters);
  const auto begun = call.controller.ask<AuditBegun>("audit", BeginAudit{entry});
  if (!begun) return refuse(api_error(begun.error(), about_jobs));
  auto told = action.run(call);
  counted::audited_change(told.has_value());
  const auto outcome = told ? "done" : told.error().code + " " + told.error().message;
  const auto ended = call.controller.ask<Done>("audit", EndAudit{begun->seq, outcome});
  if (!ended) {
    log::error("what came of a change is not in the audit log",
               {{"entry", begun->seq}, {"outcome", outcome}, {"why", to_string(ended.error())}});
  }
  return told;
}

tl::unexpected<ApiError> no_such(const std::string& code) {
  return refuse(404, code, "Specified api is not found, please check your url and method.");
}

}  // namespace

HttpAnswer SmcService::answer(const HttpRequest& request, const std::string& client) const {
  const auto begun_us = steady_us();
  std::string_view route = "none";
  auto answer = answer_checked(request, client, route);
  counted::http_request("SMC endpoint", route, answer.status, steady_us() - begun_us);
  return answer;
}

HttpAnswer SmcService::answer_checked(const HttpRequest& request, const std::string& client,
                                      std::string_view& route) const {
  const auto request_id = new_request_id();
  auto format = Format::json;  // for as long as nobody has said otherwise
  try {
    const auto parameters = Parameters::of(request);
    if (!parameters) return refused(parameters.error(), request.host, request_id, format);
    const auto wanted = format_of(*parameters);
    if (!wanted) return refused(wanted.error(), request.host, request_id, format);
    format = *wanted;
    const auto done = run(request, client, *parameters, request_id, route);
    if (!done) return refused(done.error(), request.host, request_id, format);
    Json body{{"RequestId", request_id}};
    body.update(done->members);
    return answer_of(200, body, format, done->action + "Response");
  } catch (const std::exception& failure) {
    log::error("smc request failed", {{"request", request_id}, {"why", failure.what()}});
    return refused(api_error({Errc::internal, failure.what(), {}}, about_jobs), request.host,
                   request_id, format);
  }
}

ApiResult<SmcService::Told> SmcService::run(const HttpRequest& request, const std::string& client,
                                            const Parameters& parameters,
                                            const std::string& request_id,
                                            std::string_view& route) const {
  if (request.path != "/" || (request.method != "GET" && request.method != "POST")) {
    return no_such("InvalidApi.NotFound");
  }
  const auto from = read_signature(request, parameters);
  if (!from) return refuse(from.error());
  const auto caller = authenticate(*from, request, parameters, controller_);
  if (!caller) return refuse(caller.error());
  const auto* action = find_action(from->action);
  if (action == nullptr) return no_such("InvalidAction.NotFound");
  route = action->name;
  if (from->version != smc_version) return invalid("Version");
  if (action->changes && !caller->may_change) {
    return refuse(403, "Forbidden.RAM",
                  "User not authorized to operate on the specified resource, or this API doesn't "
                  "support RAM.");
  }
  const Call call{parameters, controller_, config_};
  auto told = action->changes ? run_audited(*action, call, *caller, client) : action->run(call);
  if (action->changes) {
    log::info("smc request", {{"request", request_id},
                              {"action", from->action},
                              {"key", caller->key},
                              {"outcome", told ? "done" : told.error().code}});
  }
  if (!told) return refuse(told.error());
  return Told{from->action, std::move(*told)};
}

HttpAnswer refusal(const ApiError& error, const std::string& host) {
  return refused(error, host, new_request_id(), Format::json);
}

}  // namespace ferry
