// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The API's document, made of the table that the service obeys.
#include "base/version.hpp"
#include "console/call.hpp"
#include "messages/error_view.hpp"
#include "messages/job.hpp"

namespace ferry {
namespace {

Json parameter(std::string_view name, std::string_view in, std::string_view meaning, Json schema) {
  Json told{{"name", name}, {"in", in}, {"required", in == "path"}, {"schema", std::move(schema)}};
  if (!meaning.empty()) told["description"] = meaning;
  return told;
}

Json schema_of_word(const ConsoleWord& word) {
  using enum ConsoleWord::Kind;
  Json one{{"type", word.kind == flag ? "boolean" : word.kind == number ? "integer" : "string"}};
  if (word.kind == number) one["minimum"] = 0;
  if (!word.repeats) return one;
  return {{"type", "array"}, {"items", std::move(one)}, {"maxItems", limits::tags_max}};
}

Json parameters(const ConsoleRoute& route) {
  auto all = Json::array();
  auto path = route.path;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
    const auto close = path.find('}');
    all.push_back(
        parameter(path.substr(open + 1, close - open - 1), "path", "", {{"type", "string"}}));
    path.remove_prefix(close + 1);
  }
  for (const auto& word : route.query) {
    all.push_back(parameter(word.name, "query", word.meaning, schema_of_word(word)));
  }
  return all;
}

Json content(std::string_view type, Json schema) {
  return {{std::string{type}, {{"schema", std::move(schema)}}}};
}

Json operation(const ConsoleRoute& route, Json& schemas) {
  const bool opens = route.operation == "logIn";
  auto summary = std::string{route.summary};
  if (!opens) summary += ". Role: " + std::string{to_string(route.role)};
  Json told{{"operationId", route.operation}, {"summary", summary}};
  const auto all = parameters(route);
  if (!all.empty()) told["parameters"] = all;
  if (route.body != nullptr) {
    told["requestBody"] = {{"content", content("application/json", route.body(schemas))}};
  }
  const auto text = Json::object({{"type", "string"}});
  const auto done = content(route.type, route.answer != nullptr ? route.answer(schemas) : text);
  told["responses"][std::to_string(route.status)] = {{"description", "done"}, {"content", done}};
  told["responses"]["default"] = {
      {"description", "refused, or failed"},
      {"content", content("application/json", {{"$ref", "#/components/schemas/ErrorView"}})}};
  if (opens) told["security"] = Json::array();
  return told;
}

Json document() {
  auto schemas = Json::object();
  auto paths = Json::object();
  for (const auto& route : console_routes()) {
    std::string method{route.method};
    for (auto& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    paths[std::string{route.path}][method] = operation(route, schemas);
  }
  (void)told<ErrorView>(schemas);
  auto job = told<JobView>(schemas);
  job["description"] = "as it is now, when it has changed or its state allows no such thing";
  schemas["ErrorView"]["properties"]["job"] = std::move(job);
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "edgeferry"},
        {"version", program_version},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", {{{"url", console_base}}}},
      {"security", {{{"key", Json::array()}}, {{"session", Json::array()}}}},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", std::move(schemas)},
        {"securitySchemes",
         {{"key",
           {{"type", "http"}, {"scheme", "bearer"}, {"description", "an access key: ID.SECRET"}}},
          {"session",
           {{"type", "apiKey"},
            {"in", "cookie"},
            {"name", "edgeferry_session_PORT"},
            {"description",
             "made by logIn; changes also need its token as X-CSRF-Token, and an Origin"}}}}}}}};
}

}  // namespace

const std::string& openapi_document() {
  static const auto text = text_of(document());
  return text;
}

}  // namespace ferry
