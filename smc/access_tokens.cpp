// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access tokens: activation codes.
#include <algorithm>

#include "actors/controller/user_words.hpp"
#include "base/text.hpp"
#include "messages/source.hpp"
#include "smc/actions.hpp"

namespace ferry {
namespace {

constexpr std::uint32_t count_default = 100;  // the API's; the console's is 200
constexpr std::uint32_t days_default = 30;    // the API's; the console's is 90
constexpr std::size_t token_ids_max = 100;

/// Activated, unactivated or expired. One that is used up is still what it was.
std::string status_of(const ActivationView& token) {
  if (token.status == "disabled") return "unactivated";
  return token.status == "expired" ? "expired" : "activated";
}

Json json_of(const ActivationView& token) {
  return {{"AccessTokenId", token.id},
          {"Name", token.name},
          {"Description", token.description},
          {"Count", std::to_string(token.quota)},
          {"RegisteredCount", std::to_string(token.registered)},
          {"TimeToLiveInDays", std::to_string(token.days)},
          {"CreationTime", utc_text(token.created_ms)},
          {"Status", status_of(token)}};
}

template <class Request>
ApiResult<Json> change(const Call& call) {
  const auto id = call.parameters.required("AccessTokenId");
  if (!id) return refuse(id.error());
  const auto done = call.controller.ask<Done>("sources", Request{*id});
  if (!done) return refuse(api_error(done.error(), about_tokens));
  return Json::object();
}

}  // namespace

ApiResult<Json> create_access_token(const Call& call) {
  const auto& parameters = call.parameters;
  const auto count = parameters.number("Count", 1, limits::activation_quota_max);
  if (!count) return refuse(count.error());
  const auto days = parameters.number("TimeToLiveInDays", 1, limits::activation_days_max);
  if (!days) return refuse(days.error());
  const auto name = parameters.text("Name");
  if (!name.empty() && !check_name("name", name)) return invalid("Name");
  const auto description = parameters.text("Description");
  if (!check_description(description)) return invalid("Description");
  const auto made = call.controller.ask<ActivationCreated>(
      "sources",
      CreateActivation{name, static_cast<std::uint32_t>(count->value_or(count_default)),
                       static_cast<std::uint32_t>(days->value_or(days_default)), description});
  if (!made) return refuse(api_error(made.error(), about_tokens));
  return Json{{"AccessTokenId", made->id}, {"AccessTokenCode", made->code}};
}

ApiResult<Json> list_access_tokens(const Call& call) {
  const auto ids = call.parameters.list("AccessTokenId", token_ids_max);
  if (!ids) return refuse(ids.error());
  const auto name = call.parameters.text("Name");
  const auto asked = call.parameters.choice("Status", {"activated", "unactivated", "expired"});
  if (!asked) return refuse(asked.error());
  const auto& status = *asked;
  const auto all = call.controller.ask<ActivationList>("sources", ListActivations{});
  if (!all) return refuse(api_error(all.error(), about_tokens));
  auto tokens = Json::array();
  for (const auto& token : all->activations) {
    const bool wanted = (ids->empty() || std::ranges::count(*ids, token.id) > 0) &&
                        (name.empty() || token.name == name) &&
                        (status.empty() || status_of(token) == status);
    if (wanted) tokens.push_back(json_of(token));
  }
  const auto total = tokens.size();
  return Json{{"AccessTokens", {{"AccessToken", std::move(tokens)}}},
              {"TotalCount", total},
              {"PageSize", total},
              {"PageNumber", 1}};
}

ApiResult<Json> disable_access_token(const Call& call) { return change<DisableActivation>(call); }
ApiResult<Json> delete_access_token(const Call& call) { return change<DeleteActivation>(call); }

}  // namespace ferry
