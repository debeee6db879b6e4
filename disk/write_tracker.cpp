// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/write_tracker.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <filesystem>
#include <optional>
#include <span>
#include <sstream>

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/limits.hpp"
#include "disk/marking_program.hpp"
#include "disk/mounts.hpp"

namespace ferry {

struct TrackedDevice {
  dev_t disk = 0;           // whose requests count: the whole disk
  std::string folder;       // of it in /sys
  std::uint64_t start = 0;  // bytes on it where the source disk begins, if that is a partition
};

namespace {

// Of the kernel's block layer, whatever the disk's.
constexpr std::uint64_t tracked_sector_bytes = 512;
constexpr std::uint64_t block_bytes = limits::tracked_block_bytes;

Result<TrackedDevice> device_of(const SourceDisk& source) {
  struct stat status {};
  if (!source.is_block_device() || ::fstat(source.descriptor(), &status) != 0) {
    return fail(untracked(source.path() + " is no block device"));
  }
  const auto in_sys = [](dev_t device) {
    return "/sys/dev/block/" + std::to_string(major(device)) + ":" + std::to_string(minor(device));
  };
  TrackedDevice found{status.st_rdev, in_sys(status.st_rdev), 0};
  if (!sysfs_text(found.folder + "/partition").empty()) {
    found.start = sysfs_number(found.folder + "/start", 0) * tracked_sector_bytes;
    std::error_code error;
    found.folder = std::filesystem::canonical(found.folder, error).parent_path();
    std::uint32_t numbers[2]{};
    char colon = 0;
    std::istringstream text{sysfs_text(found.folder + "/dev")};
    if (!(text >> numbers[0] >> colon >> numbers[1])) {
      return fail(untracked(source.path() + " is on an unknown disk"));
    }
    found.disk = makedev(numbers[0], numbers[1]);
  }
  return found;
}

/// The sectors that the kernel has counted as written or discarded on the whole disk, or nothing
/// if it doesn't count.
std::optional<std::uint64_t> kernels_count(const std::string& folder) {
  if (sysfs_number(folder + "/queue/iostats", 0) != 1) return {};
  std::istringstream text{sysfs_text(folder + "/stat")};
  std::array<std::uint64_t, 14> fields{};  // Documentation/block/stat.rst
  for (auto& field : fields) {
    if (!(text >> field)) return {};
  }
  return fields[6] + fields[13];
}

}  // namespace

struct WriteTracker::State {
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (memory != nullptr) ::munmap(memory, memory_bytes);
  }

  [[nodiscard]] MarkCounts& counts() const { return *static_cast<MarkCounts*>(memory); }
  /// The marks, eight at a time; each block of the whole disk has a byte.
  [[nodiscard]] std::span<std::uint64_t> marks() const {
    auto* first = static_cast<std::uint64_t*>(memory) + mark_element_bytes / sizeof(std::uint64_t);
    return {first, (memory_bytes - mark_element_bytes) / sizeof(std::uint64_t)};
  }

  TrackedDevice device;
  std::uint64_t size = 0;  // bytes, of the source disk
  std::uint64_t counted_before = 0;
  void* memory = nullptr;
  std::size_t memory_bytes = 0;
  Marking marking;
};

WriteTracker::WriteTracker(std::unique_ptr<State> state) : state_(std::move(state)) {}
WriteTracker::WriteTracker(WriteTracker&&) noexcept = default;
WriteTracker& WriteTracker::operator=(WriteTracker&&) noexcept = default;
WriteTracker::~WriteTracker() = default;

Result<WriteTracker> WriteTracker::watch(const SourceDisk& disk) {
  auto device = device_of(disk);
  if (!device) return fail(device.error());
  auto state = std::make_unique<State>();
  state->device = *device;
  state->size = disk.size();
  const auto blocks = (device->start + disk.size() + block_bytes - 1) / block_bytes;
  const auto elements = 1 + (blocks + mark_element_bytes - 1) / mark_element_bytes;
  auto marking = start_marking(device->disk, elements);
  if (!marking) return fail(marking.error());
  state->marking = std::move(*marking);
  state->memory_bytes = elements * mark_element_bytes;
  void* memory = ::mmap(nullptr, state->memory_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                        state->marking.map.get(), 0);
  if (memory == MAP_FAILED) return fail(untracked_by_errno("map a BPF array"));
  state->memory = memory;

  const auto counted = kernels_count(device->folder);
  if (!counted) return fail(untracked("the kernel doesn't count writes to " + disk.path()));
  state->counted_before = *counted;
  return WriteTracker{std::move(state)};
}

/// The lowest of eight marks is that of the first block: every machine that this runs on is
/// little-endian.
std::uint64_t WriteTracker::marked_bytes(const Extent& range) const {
  const auto marks = state_->marks();
  const auto start = state_->device.start + range.offset;
  const auto first = start / block_bytes;
  const auto end = std::min((start + range.length + block_bytes - 1) / block_bytes,
                            std::uint64_t{marks.size()} * 8);
  std::uint64_t blocks = 0;
  for (auto block = first / 8 * 8; block < end; block += 8) {
    auto eight = std::atomic_ref{marks[block / 8]}.load(std::memory_order_relaxed);
    if (block < first) eight &= ~std::uint64_t{0} << 8 * (first - block);
    if (block + 8 > end) eight &= ~std::uint64_t{0} >> 8 * (block + 8 - end);
    blocks += static_cast<std::uint64_t>(std::popcount(eight));
  }
  return blocks * block_bytes;
}

Result<std::vector<Extent>> WriteTracker::take() {
  std::vector<Extent> taken;
  const auto end = state_->device.start + state_->size;
  const auto marks = state_->marks();
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (std::atomic_ref{marks[i]}.load(std::memory_order_relaxed) == 0) continue;
    // From here on a write marks anew, and the blocks are read later than this.
    const auto eight = std::atomic_ref{marks[i]}.exchange(0);
    for (std::size_t k = 0; k < sizeof eight; ++k) {
      if ((std::bit_cast<std::array<std::uint8_t, sizeof eight>>(eight)).at(k) == 0) continue;
      const auto from = std::max((i * sizeof eight + k) * block_bytes, state_->device.start);
      const auto to = std::min((i * sizeof eight + k + 1) * block_bytes, end);
      if (from >= to) continue;
      // A partition needn't begin at a granule of its disk.
      const auto first =
          (from - state_->device.start) / limits::granule_bytes * limits::granule_bytes;
      const auto last = std::min((to - state_->device.start + limits::granule_bytes - 1) /
                                     limits::granule_bytes * limits::granule_bytes,
                                 state_->size);
      if (!taken.empty() && taken.back().offset + taken.back().length >= first) {
        taken.back().length = last - taken.back().offset;
      } else {
        taken.push_back({first, last - first});
      }
    }
  }
  // Asked in this order, the program has counted at least what the kernel has.
  const auto counted = kernels_count(state_->device.folder);
  if (!counted) return fail(untracked("the kernel doesn't count writes any more"));
  const auto seen = std::atomic_ref{state_->counts().sectors}.load();
  if (seen < *counted - state_->counted_before) {
    return fail(untracked("the kernel has written " +
                          std::to_string(*counted - state_->counted_before) +
                          " sectors, and only " + std::to_string(seen) + " were seen"));
  }
  if (std::atomic_ref{state_->counts().too_large}.load() != 0) {
    return fail(untracked("a single request was larger than " +
                          std::to_string(mark_request_bytes_max / limits::mib) + " MiB"));
  }
  return taken;
}

}  // namespace ferry
