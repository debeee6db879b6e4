// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

/// As an administrator who removes the wrong folder: the job can't end well any more.
class RemoveInstance final : public Fault {
 public:
  Result<std::string> strike(World& world) override {
    for (const auto& job : world.jobs) {
      const auto& token = job.view().instance;
      const auto folder = std::filesystem::path{world.cluster.folder("storage")} / token;
      if (job.ended() || token.empty() || !std::filesystem::exists(folder)) continue;
      std::error_code error;
      std::filesystem::remove_all(folder, error);
      if (error) return fail(Errc::disk_write_failed, folder.string() + ": " + error.message());
      return token + " removed";
    }
    return fail(Errc::not_found, "no unfinished job has an instance on this host");
  }
};

}  // namespace

std::unique_ptr<Fault> make_remove_instance(const FaultPlan&, std::uint64_t) {
  return std::make_unique<RemoveInstance>();
}

}  // namespace ferry::chaos
