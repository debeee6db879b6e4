// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The likeness of qemu-img. Image files are real, small files in the worker's scratch
// folder, so the product's own upload reads them.
#include <system_error>

#include "base/file.hpp"
#include "simulation/effects.hpp"

namespace ferry::sim {
namespace {

constexpr std::size_t image_bytes_max = 1 << 20;

struct Tools {
  Effects& effects;

  /// Reads while time passes, so that a late writer would be caught.
  Result<Chunks> read_slowly(const std::string& raw, const PercentProgress& progress,
                             const std::stop_token& stop) const {
    Chunks chunks;
    for (std::size_t i = 0;; ++i) {
      const auto* disk = effects.provider.find_disk(raw);
      if (disk == nullptr) return fail(Errc::disk_missing, raw + ": no such file");
      if (i == disk->chunks.size()) return chunks;
      chunks.push_back(disk->chunks[i]);
      if (progress)
        progress(100.0 * static_cast<double>(i + 1) / static_cast<double>(disk->chunks.size()));
      effects.world.sleep(effects.chunk_us / 4);
      if (stop.stop_requested()) return fail(Errc::canceled, "reading " + raw + " is stopped");
    }
  }

  Result<> convert(const std::filesystem::path& raw, const std::filesystem::path& qcow2,
                   const PercentProgress& progress, const std::stop_token& stop) const {
    auto chunks = read_slowly(raw.string(), progress, stop);
    if (!chunks) return fail(chunks.error());
    return write_file_durably(qcow2, image_text(*chunks));
  }
  Result<> compare(const std::filesystem::path& raw, const std::filesystem::path& qcow2,
                   const PercentProgress& progress, const std::stop_token& stop) const {
    auto chunks = read_slowly(raw.string(), progress, stop);
    if (!chunks) return fail(chunks.error());
    auto text = read_file(qcow2, image_bytes_max);
    if (!text) return fail(text.error());
    if (image_chunks(*text) != *chunks) return fail(Errc::image_failed, "image and disk differ");
    return {};
  }
  Result<std::string> root(const std::filesystem::path& raw, const std::stop_token& stop) const {
    auto chunks = read_slowly(raw.string(), {}, stop);
    if (!chunks) return fail(chunks.error());
    return root_of(*chunks);
  }
};

}  // namespace

ImageTools make_image_tools(Effects& effects) {
  ImageTools tools;
  const Tools likeness{effects};
  tools.convert = [likeness](const auto& raw, const auto& qcow2, ImageCompression,
                             const auto& progress, const std::stop_token& stop) {
    return likeness.convert(raw, qcow2, progress, stop);
  };
  tools.check = [&effects](const auto&, const std::stop_token&) -> Result<> {
    effects.world.sleep(10 * ms);
    return {};
  };
  tools.compare = [likeness](const auto& raw, const auto& qcow2, const auto& progress,
                             const std::stop_token& stop) {
    return likeness.compare(raw, qcow2, progress, stop);
  };
  tools.root = [likeness](const auto& raw, std::uint64_t, std::string_view, const auto&,
                          const std::stop_token& stop,
                          ChunkDigests*) { return likeness.root(raw, stop); };
  // Simulated disks hold no system, so nothing is changed; it takes its time all the same.
  tools.prepare = [&effects](const PrepareOrder&, const std::stop_token&) -> Result<PreparedImage> {
    effects.world.sleep(50 * ms);
    return fail(Errc::guest_missing, "simulated disks hold no system");
  };
  tools.prove_boot = [&effects](const BootProofOrder&,
                                const std::stop_token&) -> Result<ImageBoot> {
    effects.world.sleep(50 * ms);
    ImageBoot boot;
    boot.outcome = "booted";
    boot.accelerator = "simulated";
    return boot;
  };
  return tools;
}

}  // namespace ferry::sim
