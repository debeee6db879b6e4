// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bus/desk.hpp"

#include <exception>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/trace.hpp"
#include "bus/limits.hpp"
#include "bus/thing_list.hpp"
#include "console/refusal.hpp"

namespace ferry {
namespace {

struct SnapshotWords {
  std::string after;
  FERRY_FIELDS(after)
};

struct CallWords {
  std::string operation;
  std::string traceparent;
  FERRY_FIELDS(operation, traceparent)
};

/// Sessions and streams are of HTTP.
const ConsoleRoute* find_route(const std::string& operation) {
  const auto& routes = console_routes();
  const auto found = std::ranges::find(routes, operation, &ConsoleRoute::operation);
  const bool fits = found != routes.end() && found->run != nullptr && found->path != "/session";
  return fits ? &*found : nullptr;
}

Result<std::string> text_of_parameter(const std::string& name, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return std::string{value.get<bool>() ? "true" : "false"};
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  return fail(Errc::invalid_argument, "parameter '" + escaped(name.substr(0, 64)) +
                                          "' is no text, whole number, true or false");
}

/// Those that its path has go into it, the others are the query's.
Result<OperationWords> words_for(const ConsoleRoute& route, Json parameters, Json body) {
  OperationWords words;
  std::string_view rest = route.path;
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const auto close = rest.find('}');
    const std::string name{rest.substr(open + 1, close - open - 1)};
    const auto id = parameters.value(name, Json{});
    const auto text = id.is_string() ? id.get<std::string>() : std::string{};
    if (text.empty() || text.size() > path_id_bytes_max || text.find('/') != std::string::npos) {
      return fail(Errc::invalid_argument, "parameter '" + name + "' is no id");
    }
    words.path.append(rest.substr(0, open)).append(text);
    words.ids.push_back(text);
    parameters.erase(name);
    rest.remove_prefix(close + 1);
  }
  words.path += rest;
  for (const auto& [name, value] : parameters.items()) {
    for (const auto& one : value.is_array() ? value : Json::array({value})) {
      auto text = text_of_parameter(name, one);
      if (!text) return fail(text.error());
      words.query.push_back({name, std::move(*text)});
    }
  }
  if (route.body == nullptr && !body.empty()) {
    return fail(Errc::invalid_argument, "this operation has no body");
  }
  words.body = std::move(body);
  return words;
}

/// Takes an object out of the words; an empty one if it isn't there.
Json take(Json& words, const std::string& name) {
  auto value = words.value(name, Json::object());
  words.erase(name);
  return value;
}

}  // namespace

Result<ConsoleUser> BusDesk::log_in(const LogIn& words, const std::string& client) {
  auto user = doorman_.check_key(words, client);
  if (!user) log::warning("bus log-in refused", {{"client", client}, {"why", user.error().what}});
  return user;
}

HttpAnswer BusDesk::call(const ConsoleUser& user, Json words, const std::string& client) {
  try {
    return call_checked(user, std::move(words), client);
  } catch (const std::exception& failure) {
    log::error("bus call failed", {{"key", user.access_key}, {"why", failure.what()}});
    return refused({Errc::internal, "the call failed", {}});
  }
}

HttpAnswer BusDesk::call_checked(const ConsoleUser& user, Json words, const std::string& client) {
  const auto now = doorman_.again(user);
  if (!now) return refused(now.error());
  auto parameters = take(words, "parameters");
  auto body = take(words, "body");
  if (!parameters.is_object()) {
    return refused({Errc::invalid_argument, "'parameters' is no map", {}});
  }
  const auto call = read_record<CallWords>(words);
  if (!call) return refused(call.error());
  const auto given = trace::parse(call->traceparent);
  const trace::Scope scope{given ? trace::child(given) : trace::begin()};
  const auto* route = find_route(call->operation);
  if (route == nullptr) {
    return refused({Errc::not_found, "there is no operation '" + escaped(call->operation) + "'",
                    "see operationId in /api/v1/openapi.json of the console"});
  }
  if (auto fits = Operations::check_role(*route, *now, client); !fits) return refused(fits.error());
  auto full = words_for(*route, std::move(parameters), std::move(body));
  if (!full) return refused(full.error());
  return operations_.run(*route, std::move(*full), *now, client);
}

Result<Json> BusDesk::snapshot(const ConsoleUser& user, const Json& words) {
  const auto now = doorman_.again(user);
  if (!now) return fail(now.error());
  const auto wish = read_record<SnapshotWords>(words);
  if (!wish) return fail(wish.error());
  // First: whatever is durable by now is in what is asked for next. An actor hears that its event
  // is durable before anybody can be told its number.
  const auto seq = newest();
  if (!seq) return fail(seq.error());
  auto all = all_things(controller_);
  if (!all) return fail(all.error());
  Json page{{"seq", *seq}};
  for (const auto& kind : thing_kinds) page[std::string{kind}] = Json::array();
  page["next"] = "";
  std::size_t bytes = 0;
  for (auto& thing : *all) {
    if (thing.place() <= wish->after) continue;
    if (bytes > limits::bus_snapshot_bytes_full) return page;
    bytes += thing.packed.size();
    page["next"] = thing.place();
    page[std::string{thing.kind}].push_back(Json::from_msgpack(thing.packed));
  }
  page["next"] = "";
  return page;
}

Result<FeedPage> BusDesk::read(const ConsoleUser& user, std::uint64_t after,
                               std::size_t count_max) const {
  const auto now = doorman_.again(user);
  if (!now) return fail(now.error());
  return controller_.ask<FeedPage>("feed", ReadFeed{after, count_max});
}

Result<std::uint64_t> BusDesk::newest() const {
  const auto page = controller_.ask<FeedPage>("feed", AskNewest{});
  if (!page) return fail(page.error());
  return page->newest;
}

}  // namespace ferry
