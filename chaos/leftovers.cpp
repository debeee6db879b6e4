// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/leftovers.hpp"

#include <thread>

#include "base/clock.hpp"
#include "messages/catalogue.hpp"

namespace ferry::chaos {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto between_counts = 300ms;
constexpr std::size_t texts_max = 50;

/// Rows of the ledger that are open although their job has ended, and what providers have
/// of these jobs.
void look_at_ledger(const RealCluster& cluster, const std::set<std::string>& jobs,
                    std::vector<std::string>& left) {
  auto link = cluster.operator_link();
  auto list = link ? link->ask<ResourceList>("janitor", ListResources{false})
                   : Result<ResourceList>{fail(link.error())};
  if (!list) {
    left.push_back("the ledger could not be read: " + to_string(list.error()));
    return;
  }
  for (const auto& resource : list->resources) {
    if (!jobs.contains(resource.job) || resource.state == "released") continue;
    left.push_back(resource.kind + " " + resource.token + " of job " + resource.job + " is " +
                   resource.state + " (" + resource.finding + ")");
  }
  for (const auto& node : list->silent_nodes) left.push_back("node " + node + " does not answer");
}

void look_at_folder(const fs::path& folder, const Canaries& canaries,
                    std::vector<std::string>& left) {
  std::error_code error;
  for (fs::recursive_directory_iterator it{folder, error}, end; !error && it != end;
       it.increment(error)) {
    if (left.size() >= texts_max) return;
    if (canaries.is_ours(it->path()) || it->path().filename() == "released") {
      if (it->is_directory()) it.disable_recursion_pending();
      continue;
    }
    if (it->is_regular_file() && !it->path().filename().string().starts_with(".")) {
      left.push_back(it->path().string());
    }
  }
}

}  // namespace

std::vector<std::string> find_leftovers(const RealCluster& cluster, const Canaries& canaries,
                                        const std::set<std::string>& jobs, bool whole_cluster,
                                        std::int64_t patience_ms) {
  const auto deadline_ms = steady_ms() + patience_ms;
  for (;;) {
    std::vector<std::string> left;
    look_at_ledger(cluster, jobs, left);
    if (whole_cluster) {
      for (const auto* name : {"storage", "scratch"}) {
        look_at_folder(cluster.folder(name), canaries, left);
      }
      // Of a bucket in a store, the ledger above has told.
      const fs::path bucket = cluster.folder("bucket");
      for (const auto* name : {"objects", "about", "uploads"}) {
        if (!bucket.empty()) look_at_folder(bucket / name, canaries, left);
      }
    }
    if (left.empty() || steady_ms() > deadline_ms) return left;
    std::this_thread::sleep_for(between_counts);
  }
}

}  // namespace ferry::chaos
