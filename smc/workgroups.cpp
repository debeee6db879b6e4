// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Workgroups: source servers that are migrated together.
#include <algorithm>

#include "actors/controller/user_words.hpp"
#include "actors/controller/workgroup_status.hpp"
#include "smc/listing.hpp"

namespace ferry {
namespace {

constexpr std::size_t workgroup_ids_max = 50;
constexpr std::size_t description_bytes_min = 2;

struct Words {
  std::string name;
  std::string description;
};

ApiResult<Words> words_of(const Parameters& parameters) {
  Words words{parameters.text("Name"), parameters.text("Description")};
  const bool long_name = words.name.size() > limits::workgroup_name_bytes_max;
  if (!words.name.empty() && (long_name || !check_name("name", words.name))) {
    return invalid("Name");
  }
  const auto& text = words.description;
  const bool is_address = text.starts_with("http://") || text.starts_with("https://");
  const bool too_short = !text.empty() && text.size() < description_bytes_min;
  if (is_address || too_short || !check_description(text)) return invalid("Description");
  return words;
}

ApiError refusal_of(const Error& error) {
  if (error.code == Errc::limit_exceeded) return {400, "QuotaExceeded.Workgroup", error.what};
  return api_error(error, about_workgroups);
}

template <class Answer, class Request>
ApiResult<Answer> ask_groups(const Call& call, const Request& request) {
  auto done = call.controller.ask<Answer>("workgroups", request);
  if (!done) return refuse(refusal_of(done.error()));
  return std::move(*done);
}

struct WorkgroupFilter {
  std::vector<std::string> ids;
  std::vector<Tag> tags;
  std::string name, status;

  [[nodiscard]] bool takes(const WorkgroupView& group, const WorkgroupStatus& state) const {
    return (ids.empty() || std::ranges::count(ids, group.id) > 0) &&
           (name.empty() || name == group.name) && (status.empty() || status == state.status) &&
           has_tags(group.tags, tags);
  }
};

ApiResult<WorkgroupFilter> workgroup_filter(const Parameters& parameters) {
  const auto ids = parameters.list("WorkgroupId", workgroup_ids_max);
  if (!ids) return refuse(ids.error());
  const auto tags = tags_of(parameters);
  if (!tags) return refuse(tags.error());
  const auto status =
      parameters.choice("Status", {"NotStarted", "InProgress", "Cutover", "Completed"});
  if (!status) return refuse(status.error());
  return WorkgroupFilter{*ids, *tags, parameters.text("Name"), *status};
}

Json json_of(const WorkgroupView& group, const WorkgroupStatus& state) {
  auto warnings = Json::array();
  const auto warn = [&](const char* type, const std::vector<std::string>& sources) {
    if (sources.empty()) return;
    warnings.push_back({{"WarningType", type}, {"SourceIds", {{"SourceId", sources}}}});
  };
  warn("InError", state.in_error);
  warn("UnRelated", state.unrelated);
  warn("NotPassed", state.not_passed);
  return {{"WorkgroupId", group.id},          {"Name", group.name},
          {"Description", group.description}, {"Status", state.status},
          {"Tags", json_of(group.tags)},      {"Warnings", {{"Warning", std::move(warnings)}}}};
}

/// SourceId.N of servers that there are.
ApiResult<std::vector<std::string>> sources_of(const Call& call) {
  auto ids = call.parameters.list("SourceId", limits::workgroup_sources_max);
  if (!ids) return ids;
  if (ids->empty()) return missing("SourceId.1");
  const auto all = call.controller.ask<SourceList>("sources", ListSources{});
  if (!all) return refuse(api_error(all.error(), about_sources));
  for (const auto& id : *ids) {
    if (std::ranges::find(all->sources, id, &SourceView::id) != all->sources.end()) continue;
    return refuse(
        api_error({Errc::not_found, "there is no source server " + id, {}}, about_sources));
  }
  return ids;
}

template <class Request>
ApiResult<Json> change_members(const Call& call) {
  const auto id = call.parameters.required("WorkgroupId");
  if (!id) return refuse(id.error());
  auto sources = sources_of(call);
  if (!sources) return refuse(sources.error());
  const auto done = ask_groups<WorkgroupView>(call, Request{*id, std::move(*sources)});
  return done ? ApiResult<Json>{Json::object()} : refuse(done.error());
}

}  // namespace

ApiResult<Json> create_workgroup(const Call& call) {
  const auto token = call.parameters.client_token();
  if (!token) return refuse(token.error());
  const auto words = words_of(call.parameters);
  if (!words) return refuse(words.error());
  auto tags = tags_of(call.parameters);
  if (!tags) return refuse(tags.error());
  // Tokens of the API and of the command line are not the same ones.
  const auto made = ask_groups<WorkgroupView>(
      call, CreateWorkgroup{token->empty() ? "" : "smc:" + *token, words->name, words->description,
                            std::move(*tags)});
  if (!made) return refuse(made.error());
  return Json{{"WorkgroupId", made->id}};
}

ApiResult<Json> describe_workgroups(const Call& call) {
  const auto filter = workgroup_filter(call.parameters);
  if (!filter) return refuse(filter.error());
  const auto page = page_of(call.parameters);
  if (!page) return refuse(page.error());
  auto all = ask_groups<WorkgroupList>(call, ListWorkgroups{});
  if (!all) return refuse(all.error());
  const auto jobs = all_jobs(call.controller);
  if (!jobs) return refuse(jobs.error());
  std::ranges::reverse(all->workgroups);  // the newest first
  std::vector<Json> told;
  for (const auto& group : all->workgroups) {
    const auto state = status_of(group, *jobs);
    if (filter->takes(group, state)) told.push_back(json_of(group, state));
  }
  const auto total = told.size();
  return listed("Workgroups", "Workgroup", Json(on_page(std::move(told), *page)), *page, total);
}

ApiResult<Json> modify_workgroup(const Call& call) {
  const auto id = call.parameters.required("WorkgroupId");
  if (!id) return refuse(id.error());
  const auto words = words_of(call.parameters);
  if (!words) return refuse(words.error());
  const auto done = ask_groups<WorkgroupView>(
      call, ModifyWorkgroup{.workgroup = *id,
                            .name = words->name,
                            .set_description = call.parameters.has("Description"),
                            .description = words->description});
  return done ? ApiResult<Json>{Json::object()} : refuse(done.error());
}

ApiResult<Json> associate_source_servers(const Call& call) {
  return change_members<AddToWorkgroup>(call);
}

ApiResult<Json> disassociate_source_servers(const Call& call) {
  return change_members<RemoveFromWorkgroup>(call);
}

ApiResult<Json> delete_workgroup(const Call& call) {
  const auto id = call.parameters.required("WorkgroupId");
  if (!id) return refuse(id.error());
  const auto done = ask_groups<Done>(call, DeleteWorkgroup{*id});
  return done ? ApiResult<Json>{Json::object()} : refuse(done.error());
}

}  // namespace ferry
