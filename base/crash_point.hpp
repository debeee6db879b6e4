// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The door through which tests end a process, or an actor, where that would hurt most. In
// the product nobody stands behind it, and each point costs one comparison.
#pragma once

#include <string_view>

namespace ferry {

class CrashPoints {
 public:
  virtual ~CrashPoints() = default;

  /// May fail the calling actor here by a std::exception, or end its process. Called by any
  /// thread of it.
  virtual void crash_point(std::string_view name) = 0;
};

namespace detail {
inline CrashPoints* crash_points = nullptr;
}
/// For tests, before the first thread, and with nullptr after the last.
inline void crash_with(CrashPoints* points) { detail::crash_points = points; }

/// A place before an effect, or between an effect and the word of it. The name is unique in
/// the tree and says what has been done and what has not, such as "exporter: a disk is
/// uploaded, not told".
inline void crash_point(std::string_view name) {
  if (auto* points = detail::crash_points) points->crash_point(name);
}

}  // namespace ferry
