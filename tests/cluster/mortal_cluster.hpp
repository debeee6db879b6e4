// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A cluster in which somebody dies while a server is migrated, and what must hold then:
// the job ends without a human, its image holds the disk's bytes, little is sent again, and
// nothing is left.
#pragma once

#include <string>

#include "base/limits.hpp"
#include "tests/cluster/cluster.hpp"

namespace ferry::cluster_test {

inline constexpr std::uint64_t mortal_noise_bytes = 64 * mib;
inline constexpr double mortal_copied_percent = 75;
inline constexpr std::uint64_t mortal_streams = 2;
inline constexpr std::uint64_t mortal_credit_chunks = 4;
/// A death costs what was under way and what was not yet in the target's digest table. A
/// product that begins from nothing again would send more, and so be seen.
inline constexpr std::uint64_t bytes_again_max =
    mortal_streams * mortal_credit_chunks * limits::chunk_bytes + limits::commit_bytes;
static_assert(bytes_again_max < mortal_noise_bytes * mortal_copied_percent / 100);
inline constexpr std::int64_t finished_after_death_ms = 45'000;

struct MortalCluster {
  TempFolder folder;
  std::filesystem::path disk = folder.path() / "system.raw";
  Cluster cluster;

  /// With a `crash_folder` its programs are those with crash points; see Plan. `more`: further
  /// tables of the cluster file.
  explicit MortalCluster(std::filesystem::path crash_folder = {}, const std::string& more = {})
      : cluster{plan(std::move(crash_folder), more)} {}

  /// Checks a finished job; `death` says who died, and when.
  void check_survived(const JobView& job, const std::string& death) const;
  /// No ledger row that is open, and nothing in the providers' folders.
  void check_nothing_left() const;

 private:
  [[nodiscard]] Plan plan(std::filesystem::path crash_folder, const std::string& more) const;
};

}  // namespace ferry::cluster_test
