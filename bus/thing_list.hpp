// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// All that a snapshot is made of, in an order that stays while things come and go.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "http/controller_link.hpp"

namespace ferry {

inline constexpr std::array<std::string_view, 4> thing_kinds{"jobs", "nodes", "sources",
                                                             "workgroups"};

struct ListedThing {
  std::string_view kind;  // of thing_kinds
  std::string id;
  std::string packed;  // msgpack of its view, as lists tell it

  /// Where it stands in the order of all: "jobs/j-1".
  [[nodiscard]] std::string place() const { return std::string{kind} + "/" + id; }
};

/// All of them, by their places.
[[nodiscard]] Result<std::vector<ListedThing>> all_things(const ControllerLink& controller);

}  // namespace ferry
