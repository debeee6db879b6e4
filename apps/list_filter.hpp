// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What lists of jobs and source servers leave out.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "messages/tag.hpp"

namespace CLI {
class App;
}

namespace ferry {

struct ListFilter {
  std::string search;             // part of a text, whatever the case of its letters
  std::string status;             // or state of a source server
  std::string source;             // id, of jobs
  std::string workgroup;          // id, of jobs
  std::vector<std::string> tags;  // KEY or KEY=VALUE; all of them
  bool newest_first = false;      // of jobs
};

/// Whether one of the texts has this part. All have the empty one.
[[nodiscard]] bool has_part(std::initializer_list<std::string_view> texts, std::string_view part);
[[nodiscard]] bool has_tags(const std::vector<Tag>& tags, const std::vector<std::string>& wanted);

void add_job_filter(CLI::App& list, ListFilter& filter);
void add_source_filter(CLI::App& list, ListFilter& filter);

}  // namespace ferry
