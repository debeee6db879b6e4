// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the actors that work for one job answer alike: a failure in a status, and the
// refusal of a request that a newer attempt has replaced.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/simulation.hpp"

namespace ferry {

/// Tells a failure in SyncStatus, ExportStatus or ImportStatus.
template <class Status>
void set_failed(Status& status, const Error& error) {
  status.state = "failed";
  status.error_code = static_cast<std::uint16_t>(error.code);
  status.error = error.what;
  status.fix = remedy(error);
}

/// `what` is the owner of the epoch, such as "job j-...".
[[nodiscard]] inline Error epoch_over(const std::string& what, std::uint64_t epoch,
                                      std::uint64_t current) {
  return {Errc::fenced,
          "epoch " + std::to_string(epoch) + " of " + what + " is over, now is " +
              std::to_string(current),
          {}};
}

/// Refuses what belongs to an older attempt than the present one.
[[nodiscard]] inline Result<> check_epoch(const std::string& what, std::uint64_t epoch,
                                          std::uint64_t current) {
  if (epoch >= current || !keeps(Protection::fence)) return {};
  return fail(epoch_over(what, epoch, current));
}

}  // namespace ferry
