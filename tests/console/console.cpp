// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/console/console.hpp"

#include "base/free_port.hpp"

namespace ferry::test {
namespace {

HttpEndpoint endpoint_of(const Desk& desk, const std::string& tls) {
  if (tls != "on") return {.scheme = "http"};
  return {.scheme = "https", .ca_file = (desk.folder.path() / "keys" / "console.crt").string()};
}

}  // namespace

std::string ApiReply::header(const std::string& name) const {
  const auto found = std::ranges::find(headers, name, &NameValue::name);
  return found == headers.end() ? std::string{} : found->value;
}

Console::Console(int servers, const std::string& tls)
    : desk(servers),
      viewer(*desk.ask<AccessKeyCreated>("access_keys", CreateAccessKey{"viewer"})),
      operator_(*desk.ask<AccessKeyCreated>("access_keys", CreateAccessKey{"operator"})),
      admin(*desk.ask<AccessKeyCreated>("access_keys", CreateAccessKey{"admin"})),
      config(desk.config),
      client_(endpoint_of(desk, tls)) {
  config.console.listen = "127.0.0.1:" + std::to_string(free_port());
  config.console.tls = tls;
  start_server();
}

void Console::start_server() {
  auto started = start_console(*desk.live, *desk.bridge, config);
  REQUIRE_MESSAGE(started, (started ? "" : to_string(started.error())));
  server = std::move(*started);
}

void Console::restart() {
  server.reset();
  desk.stop();
  desk.start();
  desk.heartbeats();
  start_server();
}

HttpRequest api_request(const std::string& method, const std::string& target, const Json& body) {
  HttpRequest request;
  request.method = method;
  const auto mark = target.find('?');
  request.path = std::string{console_base} + target.substr(0, mark);
  if (mark != std::string::npos) request.query = *decode_form(target.substr(mark + 1));
  if (body.is_null()) return request;
  request.body = text_of(body);
  request.headers.push_back({"content-type", "application/json"});
  return request;
}

ApiReply Console::send(HttpRequest request) {
  if (request.host.empty()) request.host = config.console.listen;
  const auto answer = client_.send(request);
  REQUIRE_MESSAGE(answer, (answer ? "" : to_string(answer.error())));
  CHECK(answer->header("x-content-type-options") == "nosniff");
  return {answer->status, Json::parse(answer->body, nullptr, false), answer->headers};
}

ApiReply Console::call(const AccessKeyCreated& key, const std::string& method,
                       const std::string& target, const Json& body) {
  auto request = api_request(method, target, body);
  request.headers.push_back({"authorization", "Bearer " + key.id + "." + key.secret});
  return send(std::move(request));
}

Json Console::must(const std::string& method, const std::string& target, const Json& body) {
  const auto reply = call(admin, method, target, body);
  REQUIRE_MESSAGE(reply.status < 300, method << " " << target << ": " << text_of(reply.body));
  return reply.body;
}

ApiReply Console::call(const Browser& browser, const std::string& method, const std::string& target,
                       const Json& body) {
  auto request = api_request(method, target, body);
  request.headers.push_back({"cookie", "other=1; " + browser.cookie});
  request.headers.push_back({"origin", origin()});
  if (!browser.csrf.empty()) request.headers.push_back({"x-csrf-token", browser.csrf});
  return send(std::move(request));
}

Browser Console::log_in(const AccessKeyCreated& key) {
  const auto reply =
      send(api_request("POST", "/session", {{"id", key.id}, {"secret", key.secret}}));
  REQUIRE_MESSAGE(reply.status == 201, text_of(reply.body));
  const auto cookie = reply.header("set-cookie");
  return {cookie.substr(0, cookie.find(';')), reply.body["csrf"]};
}

Json Console::create_job(const std::string& name) {
  return must(
      "POST", "/jobs",
      {{"settings", {{"source", desk.sources.at(0)}, {"name", name}, {"region", "cn-beijing"}}}});
}

void check_refused(const ApiReply& reply, int status, const std::string& name) {
  CHECK_MESSAGE(reply.status == status, text_of(reply.body));
  CHECK(reply.error() == name);
  CHECK(!reply.body.value("what", std::string{}).empty());
  CHECK(reply.body.value("error", std::string{}).starts_with("FERRY-"));
}

}  // namespace ferry::test
