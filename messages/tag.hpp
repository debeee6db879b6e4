// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Words that users put on source servers and jobs, to find them again.
#pragma once

#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

struct Tag {
  std::string key;
  std::string value;
  FERRY_FIELDS(key, value)
  friend bool operator==(const Tag&, const Tag&) = default;
};

/// A change of all tags of one thing: what goes is removed before anything is put.
struct TagChange {
  std::vector<Tag> put = {};  // instead of those of the same key
  std::vector<std::string> remove = {};
  bool remove_all = false;
  FERRY_FIELDS(put, remove, remove_all)

  [[nodiscard]] bool empty() const { return put.empty() && remove.empty() && !remove_all; }
};

}  // namespace ferry
