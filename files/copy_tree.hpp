// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One pass from a reader to a writer in the same process. It is the order in which the same
// steps have to travel between two machines.
#pragma once

#include <cstdint>

#include "files/tree_reader.hpp"
#include "files/tree_writer.hpp"

namespace ferry::files {

struct CopyCounts {
  std::uint64_t listed = 0;  // entries
  std::uint64_t files = 0;   // whose data was sent
  std::uint64_t names = 0;   // further names that were made
  std::uint64_t bytes = 0;   // of data
};

/// Returns what was moved once all of it is durable. Issues are told by reader and writer.
/// Errors: those of TreeReader::next and of TreeWriter.
[[nodiscard]] Result<CopyCounts> copy_tree(TreeReader& reader, TreeWriter& writer);

}  // namespace ferry::files
