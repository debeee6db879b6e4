// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The kinds of faults: what each does, what it needs, and whether this machine has that.
// A fault that is not possible is refused before anything starts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "messages/record.hpp"

namespace ferry::chaos {

struct FaultKind {
  std::string_view name;
  std::string_view what;
  std::string needs;
  bool needs_embedded = false;  // can't be done to somebody's own cluster
  bool lasts = false;           // and is undone after `lasts`
  bool has_node = false;        // works on a node of the plan's choice
};

[[nodiscard]] const std::vector<FaultKind>& fault_kinds();
/// The kind must be one of fault_kinds().
[[nodiscard]] const FaultKind& kind_of(std::string_view name);
[[nodiscard]] std::vector<std::string_view> fault_kind_names();
[[nodiscard]] std::vector<std::string_view> lasting_kinds();
[[nodiscard]] std::vector<std::string_view> node_kinds();

/// Tries the fault's mechanism on something of its own; the error says what is missing.
[[nodiscard]] Result<> probe(std::string_view kind);

/// A line of `edgeferry chaos list-faults`.
struct FaultListing {
  std::string name;
  std::string what;
  std::string needs;
  bool possible = false;
  std::string why_not;
  FERRY_FIELDS(name, what, needs, possible, why_not)
};
struct FaultListings {
  std::vector<FaultListing> faults;
  FERRY_FIELDS(faults)
};
[[nodiscard]] FaultListings list_faults();

}  // namespace ferry::chaos
