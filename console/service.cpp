// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/service.hpp"

#include <exception>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "console/pages.hpp"
#include "console/refusal.hpp"
#include "messages/job.hpp"
#include "metrics/counted.hpp"

namespace ferry {
namespace {

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> all;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    all.emplace_back(segment);
    path.remove_prefix(segment.size());
  }
  return all;
}

/// What stands in the places of "{...}"; nothing if the path is another one.
std::optional<std::vector<std::string>> ids_in(const std::vector<std::string>& path,
                                               std::string_view pattern) {
  const auto wanted = segments(pattern);
  if (wanted.size() != path.size()) return std::nullopt;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (path[i].empty() || path[i].size() > path_id_bytes_max) return std::nullopt;
      ids.push_back(path[i]);
    } else if (wanted[i] != path[i]) {
      return std::nullopt;
    }
  }
  return ids;
}

Result<Json> read_body(const HttpRequest& request, const ConsoleRoute& route) {
  if (request.body.empty()) return Json::object();
  if (!request.header("content-type").starts_with("application/json")) {
    return fail(Errc::invalid_argument, "the body is no application/json",
                "send it with Content-Type: application/json");
  }
  auto body = Json::parse(request.body, nullptr, false);
  if (body.is_discarded()) return fail(Errc::invalid_argument, "the body is no JSON text");
  if (route.body == nullptr && body != Json::object()) {
    return fail(Errc::invalid_argument, "this request has no body");
  }
  return body;
}

}  // namespace

HttpAnswer ConsoleService::answer(const HttpRequest& request, const std::string& client) {
  const auto begun_us = steady_us();
  std::string_view route = "none";
  HttpAnswer answer;
  try {
    answer = answer_checked(request, client, route);
  } catch (const std::exception& failure) {
    log::error("console request failed",
               {{"path", escaped(request.path)}, {"why", failure.what()}});
    answer = refused({Errc::internal, "the request failed", {}});
  }
  counted::http_request("console", route, answer.status, steady_us() - begun_us);
  return answer;
}

HttpAnswer ConsoleService::answer_checked(const HttpRequest& request, const std::string& client,
                                          std::string_view& route) {
  if (const auto wait_ms = requests_.take(client, steady_ms()); wait_ms > 0) {
    return refused({Errc::too_many_requests, "this address sends too many requests", {}}, wait_ms);
  }
  const bool looks = request.method == "GET" || request.method == "HEAD";
  if (looks && request.path == "/healthz") {
    route = "healthz";
    return json_answer(200, R"({"ok":true})");
  }
  if (looks && request.path == "/readyz") {
    route = "readyz";
    return ready();
  }
  if (looks && request.path == "/metrics") {
    route = "metrics";
    return metrics(request, client);
  }
  if (looks && downloads_ != nullptr) {
    if (auto answer = download_answer(request, client, *downloads_)) {
      route = "download";
      return std::move(*answer);
    }
  }
  if (!request.path.starts_with(console_base)) {
    route = "page";
    auto page = looks ? page_answer(request) : std::nullopt;
    return page ? std::move(*page) : refused({Errc::not_found, "no such page", {}});
  }
  return answer_api(request, client, route);
}

HttpAnswer ConsoleService::answer_api(const HttpRequest& request, const std::string& client,
                                      std::string_view& route) {
  const bool looks = request.method == "GET" || request.method == "HEAD";
  const auto below = request.path.substr(console_base.size());
  if (looks && below == "/openapi.json") {
    route = "openapi";
    return json_answer(200, openapi_document());
  }

  const auto path = segments(below);
  const auto method = looks ? "GET" : request.method;
  Found found;
  std::string allowed;
  for (const auto& one : console_routes()) {
    auto ids = ids_in(path, one.path);
    if (!ids) continue;
    allowed.append(allowed.empty() ? "" : ", ").append(one.method);
    if (one.method == method) found = {&one, std::move(*ids)};
  }
  if (allowed.empty()) return refused({Errc::not_found, "the API has no such path", {}});
  if (found.route == nullptr) {
    auto answer = refused({Errc::invalid_argument, "this path takes no " + request.method, {}});
    answer.status = 405;
    answer.headers.push_back({"Allow", allowed});
    return answer;
  }
  route = found.route->operation;
  if (found.route->operation == "logIn") return log_in(request, client);

  const auto user = doorman_.who(request, client);
  if (!user) return refused(user.error());
  if (auto fits = Operations::check_role(*found.route, *user, client); !fits) {
    return refused(fits.error());
  }
  if (method != "GET") {
    if (auto ours = doorman_.check_change(request, *user); !ours) return refused(ours.error());
  }
  if (found.route->operation == "watch") return watch(request, *user);
  return run(request, found, *user, client);
}

HttpAnswer ConsoleService::run(const HttpRequest& request, const Found& found,
                               const ConsoleUser& user, const std::string& client) {
  auto body = read_body(request, *found.route);
  if (!body) return refused(body.error());
  return operations_.run(
      *found.route,
      {found.ids, request.path.substr(console_base.size()), request.query, std::move(*body)}, user,
      client);
}

HttpAnswer ConsoleService::log_in(const HttpRequest& request, const std::string& client) {
  if (!request.header("origin").empty()) {
    if (auto ours = doorman_.check_origin(request); !ours) return refused(ours.error());
  }
  const auto* route = &console_routes().front();
  const auto body = read_body(request, *route);
  if (!body) return refused(body.error());
  const auto words = read_record<LogIn>(*body);
  if (!words) return refused(words.error());
  const auto user = doorman_.check_key(*words, client);
  if (!user) {
    log::warning("console log-in refused", {{"client", client}, {"why", user.error().what}});
    return refused(user.error());
  }
  const auto done = operations_.audited(*user, client, *route, "/session",
                                        [&] { return doorman_.log_in(*user); });
  if (!done) return refused(done.error());
  auto answer = json_answer(route->status, to_json(view_of(done->user)));
  answer.headers.push_back({"Set-Cookie", done->cookie});
  return answer;
}

/// Ready when the database and the jobs can be asked.
HttpAnswer ConsoleService::ready() const {
  const auto stored = controller_.ask<AuditList>("audit", ListAudit{0, 1});
  if (!stored) return refused({Errc::unreachable, "the database can't be asked", {}});
  const auto jobs = controller_.ask<JobView>("jobs", GetJob{"j-none"});
  if (!jobs && jobs.error().code != Errc::not_found) {
    return refused({Errc::unreachable, "jobs can't be asked", {}});
  }
  return json_answer(200, R"({"ok":true})");
}

HttpAnswer ConsoleService::metrics(const HttpRequest& request, const std::string& client) {
  if (const auto user = doorman_.who(request, client); !user) return refused(user.error());
  auto answer = json_answer(200, metrics_.text());
  answer.headers.front().value = "text/plain; version=0.0.4; charset=utf-8";
  return answer;
}

HttpAnswer ConsoleService::watch(const HttpRequest& request, const ConsoleUser& user) {
  auto stream = watchers_.open(std::string{request.header("last-event-id")},
                               [this, user] { return doorman_.again(user).has_value(); });
  if (!stream) return refused(stream.error());
  auto answer = json_answer(200, {});
  answer.headers.front().value = "text/event-stream";
  answer.stream = std::move(*stream);
  return answer;
}

}  // namespace ferry
