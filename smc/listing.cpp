// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/listing.hpp"

#include <algorithm>

namespace ferry {

ApiResult<Page> page_of(const Parameters& parameters) {
  constexpr std::uint64_t number_max = 1'000'000;
  Page page;
  const auto number = parameters.number("PageNumber", 1, number_max);
  if (!number) return refuse(number.error());
  const auto size = parameters.number("PageSize", 1, limits::smc_page_size_max);
  if (!size) return refuse(size.error());
  page.number = static_cast<std::uint32_t>(number->value_or(page.number));
  page.size = static_cast<std::uint32_t>(size->value_or(page.size));
  return page;
}

Json listed(const char* plural, const char* singular, Json items, const Page& page,
            std::size_t total) {
  Json list;
  list[singular] = std::move(items);
  Json answer{{"PageNumber", page.number}, {"PageSize", page.size}, {"TotalCount", total}};
  answer[plural] = std::move(list);
  return answer;
}

ApiResult<std::vector<Tag>> tags_of(const Parameters& parameters) {
  constexpr std::size_t asked_max = 1000;  // beyond the rule, for a refusal in its own words
  const auto places = parameters.indices("Tag", asked_max);
  if (!places) return refuse(places.error());
  if (places->size() > limits::tags_max) {
    return refuse(400, "NumberExceed.Tags",
                  "The maximum number of the Tag parameters cannot exceed 20.");
  }
  std::vector<Tag> tags;
  for (const auto place : *places) {
    const auto name = "Tag." + std::to_string(place);
    Tag tag{parameters.text(name + ".Key"), parameters.text(name + ".Value")};
    if (tag.key.empty()) return missing(name + ".Key");
    for (const std::string address : {"http://", "https://"}) {
      if (tag.key.find(address) != std::string::npos) return invalid(name + ".Key");
      if (tag.value.find(address) != std::string::npos) return invalid(name + ".Value");
    }
    tags.push_back(std::move(tag));
  }
  return tags;
}

bool has_tags(const std::vector<Tag>& tags, const std::vector<Tag>& filters) {
  return std::ranges::all_of(filters, [&](const Tag& filter) {
    return std::ranges::any_of(tags, [&](const Tag& tag) {
      return tag.key == filter.key && (filter.value.empty() || tag.value == filter.value);
    });
  });
}

Json json_of(const std::vector<Tag>& tags) {
  auto list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return {{"Tag", std::move(list)}};
}

ApiResult<std::vector<JobView>> all_jobs(const ControllerLink& controller) {
  std::vector<JobView> all;
  for (;;) {
    auto page =
        controller.ask<JobList>("jobs", ListJobs{"", static_cast<std::uint32_t>(all.size())});
    if (!page) return refuse(api_error(page.error(), about_jobs));
    if (page->jobs.empty()) return all;
    std::ranges::move(page->jobs, std::back_inserter(all));
    if (all.size() >= page->total) return all;
  }
}

ApiResult<Memberships> memberships(const ControllerLink& controller) {
  const auto all = controller.ask<WorkgroupList>("workgroups", ListWorkgroups{});
  if (!all) return refuse(api_error(all.error(), about_workgroups));
  Memberships memberships;
  for (const auto& workgroup : all->workgroups) {
    for (const auto& source : workgroup.sources) memberships.workgroups[source] = workgroup.id;
  }
  return memberships;
}

std::string remembered(const JobView& job, std::string_view name) {
  const auto found = std::ranges::find(job.settings.remembered, name, &Tag::key);
  return found == job.settings.remembered.end() ? std::string{} : found->value;
}

}  // namespace ferry
