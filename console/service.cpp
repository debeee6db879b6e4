// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/service.hpp"

#include <exception>

#include "actors/controller/audit_log.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "console/pages.hpp"
#include "console/refusal.hpp"
#include "messages/job.hpp"

namespace ferry {
namespace {

constexpr std::size_t id_bytes_max = 128;

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
      if (path[i].empty() || path[i].size() > id_bytes_max) return std::nullopt;
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

HttpAnswer answer_of(ConsoleReply reply, int status) {
  auto answer = json_answer(status, std::move(reply.json));
  for (auto& header : reply.headers) answer.headers.push_back(std::move(header));
  return answer;
}

std::string outcome_of(const Error& error) { return code_text(error.code) + " " + error.what; }

}  // namespace

HttpAnswer ConsoleService::answer(const HttpRequest& request, const std::string& client) {
  try {
    return answer_checked(request, client);
  } catch (const std::exception& failure) {
    log::error("console request failed",
               {{"path", escaped(request.path)}, {"why", failure.what()}});
    return refused({Errc::internal, "the request failed", {}});
  }
}

HttpAnswer ConsoleService::answer_checked(const HttpRequest& request, const std::string& client) {
  if (const auto wait_ms = requests_.take(client, steady_ms()); wait_ms > 0) {
    return refused({Errc::too_many_requests, "this address sends too many requests", {}}, wait_ms);
  }
  const bool looks = request.method == "GET" || request.method == "HEAD";
  if (looks && request.path == "/healthz") return json_answer(200, R"({"ok":true})");
  if (looks && request.path == "/readyz") return ready();
  if (!request.path.starts_with(console_base)) {
    auto page = looks ? page_answer(request) : std::nullopt;
    return page ? std::move(*page) : refused({Errc::not_found, "no such page", {}});
  }
  const auto below = request.path.substr(console_base.size());
  if (looks && below == "/openapi.json") return json_answer(200, openapi_document());

  const auto path = segments(below);
  const auto method = looks ? "GET" : request.method;
  Found found;
  std::string allowed;
  for (const auto& route : console_routes()) {
    auto ids = ids_in(path, route.path);
    if (!ids) continue;
    allowed.append(allowed.empty() ? "" : ", ").append(route.method);
    if (route.method == method) found = {&route, std::move(*ids)};
  }
  if (allowed.empty()) return refused({Errc::not_found, "the API has no such path", {}});
  if (found.route == nullptr) {
    auto answer = refused({Errc::invalid_argument, "this path takes no " + request.method, {}});
    answer.status = 405;
    answer.headers.push_back({"Allow", allowed});
    return answer;
  }
  if (found.route->operation == "logIn") return log_in(request, client);

  const auto user = doorman_.who(request, client);
  if (!user) return refused(user.error());
  if (user->role < found.route->role) {
    log::warning("console request refused", {{"key", user->access_key},
                                             {"action", std::string{found.route->operation}},
                                             {"client", client}});
    return refused({Errc::forbidden,
                    "this needs the role " + std::string{to_string(found.route->role)} +
                        ", access key " + user->access_key + " is a " +
                        std::string{to_string(user->role)},
                    {}});
  }
  if (method != "GET") {
    if (auto ours = doorman_.check_change(request, *user); !ours) return refused(ours.error());
  }
  if (found.route->operation == "watch") return watch(request, *user);
  return run(request, found, *user, client);
}

HttpAnswer ConsoleService::run(const HttpRequest& request, const Found& found,
                               const ConsoleUser& user, const std::string& client) {
  const auto& route = *found.route;
  auto query = ConsoleQuery::read(route.query, request.query);
  if (!query) return refused(query.error());
  auto body = read_body(request, route);
  if (!body) return refused(body.error());
  const ConsoleCall call{controller_, config_,           doorman_,        user,
                         found.ids,   std::move(*query), std::move(*body)};
  const auto act = [&] { return route.run(call); };
  auto subject = request.path.substr(console_base.size());
  if (!request.body.empty()) subject += " " + text_of(call.body);
  auto done = route.is_change() ? audited(user, client, route, subject, act) : act();
  if (done) return answer_of(std::move(*done), route.status);
  return route.path.starts_with("/jobs/{job}") ? refused_job(done.error(), found.ids[0])
                                               : refused(done.error());
}

template <class Do>
std::invoke_result_t<Do> ConsoleService::audited(const ConsoleUser& user, const std::string& client,
                                                 const ConsoleRoute& route,
                                                 const std::string& subject, Do act) const {
  AuditEntry entry;
  entry.who = user.access_key;
  entry.role = to_string(user.role);
  entry.from = client;
  entry.action = route.operation;
  entry.subject = subject;
  const auto begun = controller_.ask<AuditBegun>("audit", BeginAudit{entry});
  if (!begun) return fail(begun.error());
  auto done = act();
  const auto outcome = done ? std::string{"done"} : outcome_of(done.error());
  const auto ended = controller_.ask<Done>("audit", EndAudit{begun->seq, outcome});
  if (!ended) {
    log::error("what came of a change is not in the audit log",
               {{"entry", begun->seq}, {"outcome", outcome}, {"why", to_string(ended.error())}});
  }
  return done;
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
  const auto done =
      audited(*user, client, *route, "/session", [&] { return doorman_.log_in(*user); });
  if (!done) return refused(done.error());
  auto answer = json_answer(route->status, to_json(view_of(done->user)));
  answer.headers.push_back({"Set-Cookie", done->cookie});
  return answer;
}

/// Whoever comes too late, or to the wrong state, is told the present one.
HttpAnswer ConsoleService::refused_job(const Error& error, const std::string& job) const {
  const bool shows = error.code == Errc::changed_meanwhile ||
                     error.code == Errc::job_wrong_status ||
                     error.code == Errc::job_wrong_business_status;
  if (!shows) return refused(error);
  const auto now = controller_.ask<JobView>("jobs", GetJob{job});
  auto answer = refused(error);
  if (!now) return answer;
  auto body = Json::parse(answer.body);
  body["job"] = Json::parse(to_json(*now));
  answer.body = text_of(body);
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
