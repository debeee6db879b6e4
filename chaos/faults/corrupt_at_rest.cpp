// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/extent.hpp"
#include "base/file.hpp"
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t extents_max = 10'000;

std::vector<Extent> data_of(const Fd& fd) {
  std::vector<Extent> extents;
  off_t at = 0;
  while (extents.size() < extents_max) {
    const auto begin = ::lseek(fd.get(), at, SEEK_DATA);
    if (begin < 0) break;
    at = ::lseek(fd.get(), begin, SEEK_HOLE);
    if (at <= begin) break;
    extents.push_back({static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(at - begin)});
  }
  return extents;
}

/// Changes one bit where the target holds data: the product has to find it when it verifies
/// the disk or makes the image of it, and to send the chunk anew.
class CorruptAtRest final : public Fault {
 public:
  explicit CorruptAtRest(std::uint64_t dice) : dice_(dice) {}

  Result<std::string> strike(World& world) override {
    const auto file = written_disk(world);
    const auto none = fail(Errc::not_found, "there is no target disk on this host now");
    if (file.empty()) return none;
    auto fd = open_file(file, O_RDWR);
    if (!fd && !fs::exists(file)) return none;  // its job has just ended
    if (!fd) return fail(fd.error());
    const auto extents = data_of(*fd);
    std::uint64_t bytes = 0;
    for (const auto& extent : extents) bytes += extent.length;
    if (bytes == 0) return fail(Errc::not_found, file.string() + " holds no data yet");
    auto at = dice_ % bytes;
    for (const auto& extent : extents) {
      if (at < extent.length) return flip(*fd, file, extent.offset + at);
      at -= extent.length;
    }
    return fail(Errc::internal, "the extents changed");
  }

 private:
  /// At any time of a job: what comes after the verification must be found as well.
  [[nodiscard]] static fs::path written_disk(const World& world) {
    for (const auto& job : world.jobs) {
      if (job.ended() || job.view().instance.empty()) continue;
      const auto file =
          fs::path{world.cluster.folder("storage")} / job.view().instance / "disk0.raw";
      if (fs::exists(file)) return file;
    }
    return {};
  }
  [[nodiscard]] Result<std::string> flip(const Fd& fd, const fs::path& file,
                                         std::uint64_t offset) const {
    unsigned char byte = 0;
    if (auto done = read_at(fd, &byte, 1, offset); !done) return fail(done.error());
    byte = static_cast<unsigned char>(byte ^ (1U << (dice_ >> 61U)));
    if (auto done = write_at(fd, &byte, 1, offset); !done) return fail(done.error());
    if (::fdatasync(fd.get()) != 0) return fail(errno_error(Errc::disk_write_failed, "fdatasync"));
    return "a bit of byte " + std::to_string(offset) + " of " +
           (file.parent_path().filename() / file.filename()).string();
  }

  std::uint64_t dice_;
};

}  // namespace

std::unique_ptr<Fault> make_corrupt_at_rest(const FaultPlan&, std::uint64_t dice) {
  return std::make_unique<CorruptAtRest>(dice);
}

}  // namespace ferry::chaos
