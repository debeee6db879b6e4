// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/mortal_cluster.hpp"

#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>

#include "messages/resource.hpp"

namespace ferry::cluster_test {
namespace {

/// Bytes of the granules that are not zero: what has to be sent at least once.
std::uint64_t bytes_needed(const std::filesystem::path& disk) {
  std::ifstream in{disk, std::ios::binary};
  std::string granule(limits::granule_bytes, '\0');
  std::uint64_t bytes = 0;
  while (in.read(granule.data(), limits::granule_bytes)) {
    if (granule.find_first_not_of('\0') != std::string::npos) bytes += limits::granule_bytes;
  }
  return bytes;
}

}  // namespace

Plan MortalCluster::plan(std::filesystem::path crash_folder, const std::string& more) const {
  make_server_disk(disk, 96 * mib, mortal_noise_bytes);
  return {.disks = {disk},
          .more = more + "[janitor]\nperiod_s = 1\n[transfer]\nstreams = " +
                  std::to_string(mortal_streams) +
                  "\ncredit_chunks = " + std::to_string(mortal_credit_chunks) + "\n",
          .crash_folder = std::move(crash_folder)};
}

void MortalCluster::check_survived(const JobView& job, const std::string& death) const {
  cluster.check_finished(job, {disk});
  const auto needed = bytes_needed(disk);
  const auto sent = cluster.bytes_sent(job.id);
  MESSAGE(death << ": " << (sent - std::min(sent, needed)) / limits::kib << " KiB sent again");
  CHECK(sent <= needed + bytes_again_max);
  check_nothing_left();
}

void MortalCluster::check_nothing_left() const {
  cluster.check_nothing_temporary();
  std::error_code absent;
  const std::filesystem::directory_iterator half_done{cluster.state() / "ens" / ".importing",
                                                      absent};
  CHECK(half_done == std::filesystem::directory_iterator{});
  CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
}

}  // namespace ferry::cluster_test
