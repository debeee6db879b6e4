// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "base/file.hpp"
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

/// Switches nbdkit's error filter on. A source's reads fail, a folder's writes do.
class IoError final : public Fault {
 public:
  IoError(std::string folder, std::uint64_t dice) : folder_(std::move(folder)), dice_(dice) {}

  Result<std::string> strike(World& world) override {
    const auto name = folder_ == "source" ? choose_source(world) : folder_;
    const auto found = world.controls.find(name);
    if (found == world.controls.end()) {
      return fail(Errc::not_found, name + " has no disk that can fail");
    }
    const auto& file = found->second.fail_file;
    auto promised = world.undo.promise(undo_path("remove", file));
    if (!promised) return fail(promised.error());
    undo_ = *promised;
    if (auto done = write_file_durably(file, ""); !done) return fail(done.error());
    return name + ": every " + (folder_ == "source" ? "read" : "write") + " fails with EIO";
  }
  Result<> heal(World& world) override { return world.undo.fulfil(undo_); }

 private:
  [[nodiscard]] std::string choose_source(const World& world) const {
    std::vector<std::string> names;
    for (const auto& [name, controls] : world.controls) {
      if (name.starts_with("source-")) names.push_back(name);
    }
    return names.empty() ? "source" : names[dice_ % names.size()];
  }

  std::string folder_;
  std::uint64_t dice_;
  std::uint64_t undo_ = 0;
};

}  // namespace

std::unique_ptr<Fault> make_io_error(const FaultPlan& plan, std::uint64_t dice) {
  return std::make_unique<IoError>(plan.folder, dice);
}

}  // namespace ferry::chaos
