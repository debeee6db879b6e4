// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a session writes to, as far as all kinds of them are the same: one session at a time, and
// none that is older than one before.
#pragma once

#include <atomic>
#include <cstdint>

namespace ferry {

class SessionTarget {
 public:
  /// The highest epoch that a session had here.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_.load(); }
  void raise_epoch(std::uint64_t epoch) { epoch_ = epoch; }

 protected:
  ~SessionTarget() = default;

 private:
  std::atomic<std::uint64_t> epoch_{0};
};

}  // namespace ferry
