// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which tags there are, and on how many things.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/job.hpp"
#include "messages/record.hpp"
#include "messages/source.hpp"

namespace ferry {

struct TagUse {
  std::string key;
  std::string value;
  std::uint32_t sources = 0;
  std::uint32_t jobs = 0;
  FERRY_FIELDS(key, value, sources, jobs)
};
struct TagUses {
  std::vector<TagUse> tags;  // by key and value
  FERRY_FIELDS(tags)
};

[[nodiscard]] TagUses count_tags(const std::vector<SourceView>& sources,
                                 const std::vector<JobView>& jobs);

}  // namespace ferry
