// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"
#include "base/text.hpp"
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

constexpr const char* full_speed = "1000G\n";  // bits a second

/// Sets the rate of nbdkit's filter. What lies in the page cache is as fast as ever; what
/// must be durable waits for the disk.
class SlowDisk final : public Fault {
 public:
  SlowDisk(std::string folder, std::uint64_t rate_bytes)
      : folder_(std::move(folder)), rate_bytes_(rate_bytes) {}

  Result<std::string> strike(World& world) override {
    const auto found = world.controls.find(folder_);
    if (found == world.controls.end()) {
      return fail(Errc::not_found, folder_ + " has no disk that can be slow");
    }
    file_ = found->second.rate_file;
    auto done = write_file_durably(file_, std::to_string(rate_bytes_ * 8) + "\n");
    if (!done) return fail(done.error());
    return folder_ + ": " + human_bytes(rate_bytes_) + " a second";
  }
  Result<> heal(World&) override { return write_file_durably(file_, full_speed); }

 private:
  std::string folder_;
  std::uint64_t rate_bytes_;
  std::filesystem::path file_;
};

}  // namespace

std::unique_ptr<Fault> make_slow_disk(const FaultPlan& plan, std::uint64_t) {
  return std::make_unique<SlowDisk>(plan.folder, plan.rate_bytes);
}

}  // namespace ferry::chaos
