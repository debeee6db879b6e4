// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tags as the command line has them: KEY=VALUE, or KEY alone.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/tag.hpp"

namespace ferry {

struct TagWords {
  std::vector<std::string> put;     // KEY=VALUE
  std::vector<std::string> remove;  // KEY
};

[[nodiscard]] Result<TagChange> tag_change(const TagWords& words);
/// "a=1, b", or "-" if there are none.
[[nodiscard]] std::string tags_text(const std::vector<Tag>& tags);

}  // namespace ferry
