// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/operations.hpp"

#include "base/log.hpp"
#include "console/refusal.hpp"
#include "messages/job.hpp"

namespace ferry {
namespace {

HttpAnswer answer_of(ConsoleReply reply, const ConsoleRoute& route) {
  auto answer = json_answer(route.status, std::move(reply.body));
  answer.headers.front().value = route.type;
  for (auto& header : reply.headers) answer.headers.push_back(std::move(header));
  return answer;
}

/// What the audit log keeps of a body.
Json without(Json body, std::string_view field) {
  if (body.is_object()) body.erase(std::string{field});
  return body;
}

}  // namespace

Result<> Operations::check_role(const ConsoleRoute& route, const ConsoleUser& user,
                                const std::string& client) {
  if (user.role >= route.role) return {};
  log::warning(
      "console request refused",
      {{"key", user.access_key}, {"action", std::string{route.operation}}, {"client", client}});
  return fail(Errc::forbidden, "this needs the role " + std::string{to_string(route.role)} +
                                   ", access key " + user.access_key + " is a " +
                                   std::string{to_string(user.role)});
}

HttpAnswer Operations::run(const ConsoleRoute& route, OperationWords words, const ConsoleUser& user,
                           const std::string& client) const {
  auto query = ConsoleQuery::read(route.query, words.query);
  if (!query) return refused(query.error());
  const ConsoleCall call{
      controller_, config_, doorman_, user, words.ids, std::move(*query), std::move(words.body)};
  const auto act = [&] { return route.run(call); };
  auto subject = words.path;
  if (!call.body.empty()) subject += " " + text_of(without(call.body, route.secret));
  auto done = route.is_change() ? audited(user, client, route, subject, act) : act();
  if (done) return answer_of(std::move(*done), route);
  return route.path.starts_with("/jobs/{job}") ? refused_job(done.error(), call.ids[0])
                                               : refused(done.error());
}

Result<AuditBegun> Operations::begin(const ConsoleUser& user, const std::string& client,
                                     const ConsoleRoute& route, const std::string& subject) const {
  AuditEntry entry;
  entry.who = user.access_key;
  entry.role = to_string(user.role);
  entry.from = client;
  entry.action = route.operation;
  entry.subject = subject;
  return controller_.ask<AuditBegun>("audit", BeginAudit{entry});
}

void Operations::end(std::uint64_t entry, const std::string& outcome) const {
  const auto ended = controller_.ask<Done>("audit", EndAudit{entry, outcome});
  if (ended) return;
  log::error("what came of a change is not in the audit log",
             {{"entry", entry}, {"outcome", outcome}, {"why", to_string(ended.error())}});
}

/// Whoever comes too late, or to the wrong state, is told the present one.
HttpAnswer Operations::refused_job(const Error& error, const std::string& job) const {
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

}  // namespace ferry
