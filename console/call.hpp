// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The routes of the console's API: what each is called with, what it answers, who may. The service
// obeys this table, and the document that is served is made of it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/cluster_config.hpp"
#include "console/doorman.hpp"
#include "console/schema.hpp"

namespace ferry {

/// A parameter of a query. Those of `repeats` may come many times, up to limits::tags_max.
struct ConsoleWord {
  std::string_view name;
  std::string_view meaning;
  enum class Kind : std::uint8_t { text, number, flag } kind = Kind::text;
  bool repeats = false;
};

/// The parameters of a request, which its route has.
class ConsoleQuery {
 public:
  /// Errors: invalid_argument for one that isn't in the table, comes twice, or is no such value.
  [[nodiscard]] static Result<ConsoleQuery> read(std::span<const ConsoleWord> words,
                                                 const std::vector<NameValue>& given);

  /// Empty if it is absent.
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// What a route works with.
struct ConsoleCall {
  const ControllerLink& controller;
  const ClusterConfig& config;
  Doorman& doorman;
  const ConsoleUser& user;
  std::vector<std::string> ids;  // those in its path, in order
  ConsoleQuery query;
  Json body = Json::object();
};

struct ConsoleReply {
  std::string body;  // JSON, or of its route's type
  int status = 200;
  std::vector<NameValue> headers = {};
};

/// By the writer that the command line has, too.
template <Record T>
[[nodiscard]] ConsoleReply reply(const T& record, int status = 200) {
  return {to_json(record), status};
}

/// Asks, and answers what it is told.
template <class Answer, class Request>
[[nodiscard]] Result<ConsoleReply> ask_and_reply(const ConsoleCall& call, const std::string& path,
                                                 const Request& request, int status = 200) {
  const auto answer = call.controller.ask<Answer>(path, request);
  if (!answer) return fail(answer.error());
  return reply(*answer, status);
}

using RunRoute = Result<ConsoleReply> (*)(const ConsoleCall& call);

struct ConsoleRoute {
  std::string_view method;
  std::string_view path;  // below /api/v1: "/jobs/{job}"
  std::string_view operation;
  std::string_view summary;
  AccessRole role = AccessRole::viewer;
  SchemaOf answer = nullptr;
  RunRoute run = nullptr;
  SchemaOf body = nullptr;  // null: it has none
  std::vector<ConsoleWord> query = {};
  bool changes = true;                         // unless it is a GET
  int status = 200;                            // of success
  std::string_view type = "application/json";  // of what it answers then
  std::string_view secret = {};                // a field of the body that the audit log leaves out
  bool audited = false;  // though it changes nothing: what it tells leaves the cluster

  [[nodiscard]] bool is_change() const { return audited || (method != "GET" && changes); }
};

inline constexpr std::string_view console_base = "/api/v1";

[[nodiscard]] std::vector<ConsoleRoute> session_routes();
[[nodiscard]] std::vector<ConsoleRoute> source_routes();
[[nodiscard]] std::vector<ConsoleRoute> activation_routes();
[[nodiscard]] std::vector<ConsoleRoute> job_routes();
[[nodiscard]] std::vector<ConsoleRoute> job_action_routes();
[[nodiscard]] std::vector<ConsoleRoute> workgroup_routes();
[[nodiscard]] std::vector<ConsoleRoute> cluster_routes();
[[nodiscard]] std::vector<ConsoleRoute> access_routes();
[[nodiscard]] std::vector<ConsoleRoute> notification_routes();
/// All of them.
[[nodiscard]] const std::vector<ConsoleRoute>& console_routes();

/// The OpenAPI 3.1 document of them.
[[nodiscard]] const std::string& openapi_document();

}  // namespace ferry
